"""Taking an import back: planned row by row like an import, and applied like one.

An undo is a run without a file. Its rows come from the run it takes back, turned round: what was
changed gets its old values, what was new goes, what was removed comes back under its number.
Nothing of the history goes: every row of it stays, and the undo writes new ones. So an undo can be
taken back itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange import progress
from exchange.acting import COMMAND_LINE
from exchange.actions import NotNow, locked, start_planning
from exchange.models import ImportRow, ImportRun
from exchange.rights import Rights
from exchange.rows.constraints import Constraints
from exchange.rows.drafts import Note
from exchange.rows.plan_rows import PlanRow, begin, store
from exchange.rows.references import Referrers, absent_references
from exchange.rows.stored import stored_form
from exchange.rules import DONE, WRITTEN, Kind, State
from exchange.tables.resources import resource_of
from history.actor import System

CHUNK = 2_000

TURNED = {Kind.NEW: Kind.REMOVED, Kind.CHANGED: Kind.CHANGED, Kind.REMOVED: Kind.NEW}


def undo(run: ImportRun, who: Any) -> ImportRun:
    """`begin_undo`, and have the worker plan it."""
    with transaction.atomic():
        back = begin_undo(run, who)
        start_planning(back)
    return back


def begin_undo(run: ImportRun, who: Any) -> ImportRun:
    """Open the run that takes `run` back; it waits to be planned. Raises NotNow.

    `who`: a user, or the System that acts. The collection is not touched until it is confirmed.
    """
    with transaction.atomic():
        current = locked(run)
        if current.state not in DONE:
            raise NotNow(current)
        back = ImportRun(
            collection=current.collection,
            undoes=current,
            profile=current.profile,
            uploaded_by=None if isinstance(who, System) else who,
        )
        try:
            with transaction.atomic():
                back.save()
        except IntegrityError:
            raise NotNow(current, _already(current)) from None
    return back


def _already(run: ImportRun) -> str:
    back = undone_by(run)
    if back is not None and back.done_for_good:
        return _("Dieser Import ist schon zurückgenommen: %s.") % back
    return _("Dieser Import wird schon zurückgenommen.")


def plan_undo(run: ImportRun) -> Counter[Kind]:
    """Store what taking `run.undoes` back comes to now, and present it. Writes nothing else."""
    origin = run.undoes
    if origin is None:
        raise ValueError(f"{run} takes nothing back")
    begin(run, total=origin.rows.filter(kind__in=WRITTEN).count())
    planner = _Planner(run, origin)
    counts: Counter[Kind] = Counter()
    for rows in _chunks(origin):
        planned = [line.stored() for line in planner.plan(rows)]
        store(run, planned, len(planned))
        counts.update(row.kind for row in planned)
        progress.report(run.pk, counts.total(), run.total)
        progress.check(run.pk)
    return counts


def _chunks(origin: ImportRun) -> Iterator[list[ImportRow]]:
    last = 0
    done = ImportRow.objects.filter(run=origin, kind__in=WRITTEN).order_by("line")
    while rows := list(done.filter(line__gt=last)[:CHUNK]):
        last = rows[-1].line
        yield rows


@dataclass(slots=True)
class _Line:
    """One row of the run that is taken back, and what is to become of its record."""

    row: ImportRow
    kind: Kind
    version: int | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    errors: list[Note] = field(default_factory=list)
    record: Any = None  # with the values it would have, where it is to stay or come back
    final: bool = False  # nobody can decide otherwise

    def conflict(self, message: str, column: str = "") -> None:
        self.errors.append({"column": column, "message": message})

    def impossible(self, message: str) -> None:
        self.final = True
        self.errors = [{"column": "", "message": message}]

    def stored(self) -> PlanRow:
        kind = Kind.CONFLICT if self.errors else self.kind
        return PlanRow(
            self.row.line,
            kind,
            self.row.key_text,
            self.row.target,
            self.version,
            {} if self.final else self.changes,
            self.errors,
            [],
        )


class _Planner:
    def __init__(self, run: ImportRun, origin: ImportRun) -> None:
        self.origin = origin
        self.model: Any = run.model
        self.rights = Rights(run.uploaded_by or COMMAND_LINE, self.model)
        self.fields = {each.name: each for each in self.model._meta.concrete_fields}
        resource = resource_of(self.model)(self.rights)
        self.allowed = {column.path[0] for column in resource.columns}
        self.widgets = {column.path[0]: column.widget for column in resource.plain}
        self.constraints = Constraints(self.model)
        self.referrers = Referrers(self.model)
        own = ("version", "created_at", "created_by", "changed_at", "search_key")
        pk = self.model._meta.pk.name
        self.kept = [n for n, f in self.fields.items() if n not in (*own, pk) and not f.generated]

    def plan(self, rows: Sequence[ImportRow]) -> list[_Line]:
        lines = [_Line(row, TURNED[Kind(row.kind)]) for row in rows]
        targets = [row.target for row in rows]
        records = self.model._default_manager.in_bulk(targets)
        reachable = set(
            self.rights.visible("change").filter(pk__in=targets).values_list("pk", flat=True)
        )
        created = self._created([row.target for row in rows if row.kind == Kind.NEW])
        for line in lines:
            record = records.get(line.row.target)
            if record is None:
                self._without_record(line)
            elif record.pk not in reachable:
                line.impossible(_("Diesen Datensatz dürfen Sie nicht ändern."))
            elif line.kind == Kind.NEW:
                line.impossible(_("Diesen Datensatz gibt es schon wieder."))
            elif line.kind == Kind.CHANGED:
                self._restore(line, record)
            else:
                self._remove(line, record, created.get(record.pk))
        self._check_references(lines)
        self._check_constraints(lines)
        return lines

    def _created(self, pks: Sequence[Any]) -> dict[Any, int]:
        """The version at which the import created each record."""
        pk = self.model._meta.pk.attname
        history = self.model.history.filter(
            **{f"{pk}__in": pks}, history_origin=self.origin.origin, history_type="+"
        )
        return dict(history.order_by().values_list(pk, "version"))

    def _without_record(self, line: _Line) -> None:
        """The record is gone: as it should be, or for good, or about to come back."""
        if line.kind == Kind.REMOVED:
            line.kind = Kind.UNCHANGED
        elif line.kind == Kind.CHANGED:
            line.impossible(_("Diesen Datensatz gibt es nicht mehr."))
        elif not line.row.changes:
            line.impossible(_forgotten())
        else:
            line.changes = {name: [None, old] for name, (old, _new) in line.row.changes.items()}
            line.record = self.model(
                **{self.fields[n].attname: self._value(n, v) for n, (_o, v) in line.changes.items()}
            )

    def _restore(self, line: _Line, record: Any) -> None:
        line.version = record.version
        if not line.row.changes:
            line.impossible(_forgotten())
        elif not self.allowed.issuperset(line.row.changes):
            line.impossible(_("Der Import hat Angaben geändert, die für Sie gesperrt sind."))
        else:
            self._compare(line, record)

    def _compare(self, line: _Line, record: Any) -> None:
        for name, (old, new) in line.row.changes.items():
            current = getattr(record, self.fields[name].attname)
            if current == self._value(name, old):
                continue
            line.changes[name] = [stored_form(current), old]
            if current != self._value(name, new):
                label = str(self.fields[name].verbose_name)
                message = _("Der Import schrieb „%(new)s“, inzwischen steht hier „%(now)s“.")
                shown = {"new": self._shown(name, new), "now": self._shown(name, current)}
                line.conflict(message % shown, label)
        if not line.changes:
            line.kind = Kind.UNCHANGED
            return
        for name, (_current, old) in line.changes.items():
            setattr(record, self.fields[name].attname, self._value(name, old))
        line.record = record

    def _remove(self, line: _Line, record: Any, created: int | None) -> None:
        line.version = record.version
        line.changes = {
            name: [stored_form(getattr(record, self.fields[name].attname)), None]
            for name in self.kept
        }
        if record.version != created:
            line.conflict(
                _(
                    "Der Datensatz wurde seit dem Import geändert. Was seither eingetragen wurde,"
                    " ginge mit ihm verloren."
                )
            )

    def _check_references(self, lines: Sequence[_Line]) -> None:
        going = {line.row.target for line in lines if line.kind == Kind.REMOVED}
        used = self.referrers.of(going)
        coming = [(line.row.pk, line.changes) for line in lines if line.record is not None]
        gone = absent_references(self.fields, coming)
        for line in lines:
            if line.kind == Kind.REMOVED and line.row.target in used:
                line.impossible(used[line.row.target])
            elif line.record is not None and line.row.pk in gone:
                line.impossible(
                    _("Ein Datensatz, auf den die alten Werte verweisen, wurde gelöscht.")
                )

    def _check_constraints(self, lines: Sequence[_Line]) -> None:
        """Old values were valid once; by now somebody may have taken what can be had once."""
        coming = [line for line in lines if line.record is not None and not line.final]
        taken = self.constraints.taken([line.record for line in coming])
        for place, line in enumerate(coming):
            violations = [*taken.get(place, ()), *self.constraints.broken(line.record)]
            if violations:
                line.impossible(" ".join(violation.message for violation in violations))

    def _value(self, name: str, stored: Any) -> Any:
        return None if stored is None else self.fields[name].to_python(stored)

    def _shown(self, name: str, value: Any) -> str:
        """A value in words; a referred record by its number."""
        each = self.fields[name]
        value = self._value(name, value)
        if value is None or value == "":
            return "–"
        if isinstance(each, models.ForeignKey):
            return self._referred(each, value)
        widget = self.widgets.get(name)
        return str(widget.render(value) if widget else value)

    def _referred(self, each: models.ForeignKey, pk: Any) -> str:
        related: Any = each.related_model
        reference = getattr(related(pk=pk), "reference", "")
        if reference:
            return str(reference)
        try:
            return str(related._default_manager.get(pk=pk))
        except ObjectDoesNotExist:
            return str(pk)


def _forgotten() -> str:
    return _("Was hier stand, wurde nach einer Löschregel entfernt und kommt nicht zurück.")


# What was changed since: the person decides -------------------------------------------------------


def decide(run: ImportRun, user: Any, *, restore: bool, line: int | None = None) -> int:
    """Take conflicts of an undo back all the same, or leave them after all. Returns how many.

    `line`: of one row; None for all that can be decided. Raises NotNow.
    """
    with transaction.atomic():
        current = locked(run)
        if current.state != State.PLANNED or current.undoes is None:
            raise NotNow(current)
        rows = current.rows.exclude(changes={}).exclude(errors=[])
        rows = rows.filter(kind=Kind.CONFLICT) if restore else rows.filter(kind__in=WRITTEN)
        if line is not None:
            rows = rows.filter(line=line)
        moved: Counter[tuple[Kind, Kind]] = Counter()
        origin = current.undoes.rows.filter(line__in=rows.values("line"))
        for kind in WRITTEN:
            of_kind = rows.filter(line__in=origin.filter(kind=kind).values("line"))
            turned = TURNED[kind]
            before = Kind.CONFLICT if restore else turned
            after = turned if restore else Kind.CONFLICT
            count = of_kind.filter(kind=before).update(kind=after, remarks=_decided(user, restore))
            moved[before, after] += count
        for (before, after), count in moved.items():
            _shift(current, before, after, count)
        current.planned = {kind.value: count for kind, count in current.counts.items()}
        current.save()
    run.refresh_from_db()
    return moved.total()


def _decided(user: Any, restore: bool) -> list[Note]:
    if not restore:
        return []
    when = timezone.localtime().strftime("%d.%m.%Y %H:%M")
    message = _("Entschieden von %(who)s am %(when)s: wird trotzdem zurückgenommen.")
    return [{"column": "", "message": message % {"who": user, "when": when}}]


def _shift(run: ImportRun, before: Kind, after: Kind, count: int) -> None:
    for kind, change in ((before, -count), (after, count)):
        name = f"{kind.value}_count"
        setattr(run, name, getattr(run, name) + change)


def undone_by(run: ImportRun) -> ImportRun | None:
    """The run that takes this one back, or is about to."""
    open_or_done = run.undone_by.exclude(state__in=(State.CANCELLED, State.FAILED))
    found: ImportRun | None = open_or_done.first()
    return found
