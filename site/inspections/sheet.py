"""The checklist of one inspection as it is filled in on site, by several people at once.

Every answer carries the version it was filled from: what somebody else has saved meanwhile is shown
and not overwritten, and everything else is stored all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from buildings.models import Room
from history.actor import because
from inspections import queries, rules
from inspections.forms import BlockForm, OnSiteForm
from inspections.models import ChecklistItem, Finding, Group, Inspection
from inspections.models.locking import refuse_if_settled

_ANSWER = ("outcome", "severity", "description", "responsible")
_ON_SITE = (
    *("access", "consent_by", "interpreter"),
    *("adults_met", "children_met", "persons_stated", "beds_counted"),
)
REASON = "Prüfbogen"
_ADDED = re.compile(r"(n([0-9]{1,18})x[a-z0-9]{1,12})-outcome")
_MOST_ADDED = 50  # rooms in one request


@dataclass
class Block:
    """One answer on the sheet. `root`: the earlier deficiency that it is about."""

    prefix: str
    item: ChecklistItem
    finding: Finding
    form: BlockForm
    root: Finding | None = None
    photos: int = 0
    conflict: str = ""

    @property
    def answered(self) -> bool:
        return self.finding.pk is not None

    @property
    def faulty(self) -> bool:
        return bool(self.conflict) or (self.form.is_bound and bool(self.form.errors))


@dataclass
class Part:
    """A group of blocks under one heading."""

    code: str
    heading: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return sum(block.answered for block in self.blocks)

    @property
    def faulty(self) -> bool:
        return any(block.faulty for block in self.blocks)


class Sheet:
    """The sheet of `inspection`; with `data`, as somebody sent it."""

    def __init__(self, inspection: Inspection, data: Mapping[str, Any] | None = None) -> None:
        self.inspection = inspection
        self.data = data
        self.conflict = ""
        self.on_site = OnSiteForm(
            data,
            prefix="visit",
            initial={
                "version": inspection.version,
                **{name: getattr(inspection, name) for name in _ON_SITE},
            },
        )

    @cached_property
    def rooms(self) -> Any:
        if self.inspection.dwelling_id is None:
            return Room.objects.none()
        return Room.objects.filter(dwelling=self.inspection.dwelling_id).order_by("position", "pk")

    @cached_property
    def blocks(self) -> list[Block]:
        return [*self._follow_up_blocks(), *self._item_blocks()]

    @cached_property
    def parts(self) -> list[Part]:
        """In the order of the checklist; what is to be verified comes first."""
        parts = {"verify": Part("verify", _("Nachkontrolle"))}
        parts |= {code: Part(code, str(label)) for code, label in Group.choices}
        for block in self.blocks:
            parts["verify" if block.root else block.item.group].blocks.append(block)
        return [part for part in parts.values() if part.blocks]

    @property
    def answered(self) -> int:
        return sum(block.answered for block in self.blocks)

    @property
    def total(self) -> int:
        return len(self.blocks)

    @cached_property
    def _findings(self) -> list[Finding]:
        related = ("item", "room", "earlier")
        return list(self.inspection.findings.select_related(*related).order_by("pk"))

    @cached_property
    def _photos(self) -> dict[int | None, int]:
        counts: dict[int | None, int] = {}
        for item in self.inspection.photos.values_list("item_id", flat=True):
            counts[item] = counts.get(item, 0) + 1
        return counts

    @cached_property
    def _roots(self) -> list[Finding]:
        """The earlier deficiencies; also one that this very inspection has answered."""
        return list(queries.to_verify(self.inspection))

    def _follow_up_blocks(self) -> Iterator[Block]:
        for root in self._roots:
            found = next((f for f in self._findings if f.earlier_id == root.pk), None)
            finding = found or Finding(
                inspection=self.inspection, item=root.item, room=root.room, earlier=root
            )
            yield self._block(f"e{root.pk}", root.item, finding, root)

    def _item_blocks(self) -> Iterator[Block]:
        verified = {root.item_id for root in self._roots if root.room_id is None}
        for item in queries.items_of(self.inspection):
            own = [f for f in self._findings if f.item_id == item.pk and f.earlier_id is None]
            if not own and item.pk not in verified:
                own = [Finding(inspection=self.inspection, item=item)]
            further = self._further(item, own[1:])
            known = {finding.pk for _prefix, finding in further if finding.pk}
            for number, finding in enumerate(own):
                if finding.pk in known:
                    continue
                prefix = f"i{item.pk}" if number == 0 else f"f{finding.pk}"
                yield self._block(prefix, item, finding, None)
            for prefix, finding in further:
                yield self._block(prefix, item, finding, None)

    def _further(self, item: ChecklistItem, own: list[Finding]) -> list[tuple[str, Finding]]:
        """Prefix and finding of each room that the page itself has added to an item ("n12x3f").

        One that arrived before, its answer lost on the way, is known again by its room.
        """
        there = {str(finding.room_id): finding for finding in own if finding.room_id}
        return [
            (
                prefix,
                there.get(self._sent(f"{prefix}-room"))
                or Finding(inspection=self.inspection, item=item),
            )
            for number, prefix in self._added
            if number == item.pk
        ]

    @cached_property
    def _added(self) -> list[tuple[int, str]]:
        names = (_ADDED.fullmatch(name) for name in self.data or ())
        return [(int(found[2]), found[1]) for found in names if found][:_MOST_ADDED]

    def _sent(self, name: str) -> str:
        return str(self.data.get(name, "")) if self.data else ""

    def _block(
        self, prefix: str, item: ChecklistItem, finding: Finding, root: Finding | None
    ) -> Block:
        severity = finding.severity or (root.severity if root else item.default_severity)
        initial = {
            **{name: getattr(finding, name) for name in _ANSWER},
            "severity": severity,
            "room": finding.room_id,
            "version": finding.version if finding.pk else 0,
        }
        form = BlockForm(
            self.data,
            prefix=prefix,
            initial=initial,
            rooms=self.rooms,
            fixed_room=root is not None,
            needs_room=prefix.startswith("n"),
        )
        return Block(prefix, item, finding, form, root, self._photos.get(item.pk, 0))

    # Storing ----------------------------------------------------------------------------------------

    def store(self) -> None:
        """Store every answer that is in order, by the actor in force.

        What is not, says so in its form or its `conflict`. Raises ValidationError, and stores
        nothing, if the inspection was locked or cancelled meanwhile.
        """
        with transaction.atomic(), because(REASON):
            locked = Inspection.objects.select_for_update(of=("self",)).get(pk=self.inspection.pk)
            refuse_if_settled(locked)
            self.inspection = locked
            self._store_visit(locked)
            for block in self.blocks:
                if block.form.is_valid() and block.form.cleaned_data["outcome"]:
                    self._store_block(block)

    def _store_visit(self, stored: Inspection) -> None:
        form = self.on_site
        if not form.is_valid():
            return
        typed = {name: form.cleaned_data[name] for name in _ON_SITE}
        if all(getattr(stored, name) == value for name, value in typed.items()):
            return
        if form.cleaned_data["version"] != stored.version and self._visit_moved(stored, typed):
            self.conflict = _(
                "Zutritt und Zählung wurden inzwischen von jemand anderem gespeichert: %(theirs)s. "
                "Ihre Eingabe steht noch im Formular; noch einmal speichern ersetzt den Stand."
            ) % {"theirs": self._visit_in_words(stored)}
            return
        for name, value in typed.items():
            setattr(stored, name, value)
        stored.save()

    def _visit_moved(self, stored: Inspection, typed: dict[str, Any]) -> bool:
        """Whether somebody else has changed one of these since the version that was seen.

        Any other change of the record (a step, its date) is no conflict of the sheet.
        """
        seen = type(stored).history.filter(
            id=stored.pk, version=self.on_site.cleaned_data["version"] or 0
        )
        base = seen.values(*_ON_SITE).first()
        return base is None or any(getattr(stored, name) != base[name] for name in _ON_SITE)

    def _visit_in_words(self, stored: Inspection) -> str:
        shown = [stored.get_access_display() or "–"]
        counts = ("adults_met", "children_met", "persons_stated", "beds_counted")
        for name in counts:
            value = getattr(stored, name)
            if value is not None:
                label: Any = self.on_site.fields[name].label
                shown.append(f"{label}: {value}")
        return ", ".join(shown)

    def _store_block(self, block: Block) -> None:
        finding, typed = block.finding, block.form.cleaned_data
        wanted = {name: typed[name] for name in _ANSWER}
        if "room" in block.form.fields:
            wanted["room"] = typed["room"]
        if finding.pk and all(getattr(finding, name) == value for name, value in wanted.items()):
            return
        if (typed["version"] or 0) != (finding.version if finding.pk else 0):
            block.conflict = _conflict(finding)
            return
        if finding.pk is None:
            finding.unit = self.inspection.unit
        for name, value in wanted.items():
            setattr(finding, name, value)
        try:
            finding.full_clean(exclude=["unit"])
        except ValidationError as error:
            for message in error.messages:
                block.form.add_error(None, message)
            return
        finding.save()

    # What is told -----------------------------------------------------------------------------------

    @property
    def in_order(self) -> bool:
        return (
            not self.conflict
            and self.on_site.is_valid()
            and not any(block.faulty for block in self.blocks)
        )

    def versions(self) -> dict[str, int]:
        """Prefix → stored version, for the next save from the same page."""
        found = {block.prefix: block.finding.version for block in self.blocks if block.finding.pk}
        return {"visit": self.inspection.version, **found}

    def renamed(self) -> dict[str, str]:
        """What the page had added and is stored now: its prefix there → the one it has from now on."""
        stored = (b for b in self.blocks if b.prefix.startswith("n") and b.finding.pk)
        return {block.prefix: f"f{block.finding.pk}" for block in stored if not block.faulty}

    def problems(self) -> dict[str, list[str]]:
        """Prefix → what was not stored, in words."""
        found: dict[str, list[str]] = {}
        if self.conflict:
            found["visit"] = [self.conflict]
        elif not self.on_site.is_valid():
            found["visit"] = [str(text) for texts in self.on_site.errors.values() for text in texts]
        for block in self.blocks:
            if block.conflict:
                found[block.prefix] = [block.conflict]
            elif block.form.errors:
                found[block.prefix] = [
                    str(t) for texts in block.form.errors.values() for t in texts
                ]
        return found


def _conflict(finding: Finding) -> str:
    if finding.pk is None:
        return _(
            "Diese Feststellung wurde inzwischen gelöscht. Noch einmal speichern legt sie neu an."
        )
    row = Finding.history.filter(id=finding.pk).select_related("history_user").latest("version")
    theirs = [str(rules.Outcome(finding.outcome).label), finding.severity, finding.description]
    return _(
        "%(who)s hat hier inzwischen gespeichert: %(theirs)s. "
        "Ihre Eingabe steht noch im Formular; noch einmal speichern ersetzt den Stand."
    ) % {
        "who": row.history_user or row.history_actor_label,
        "theirs": ", ".join(filter(None, theirs)),
    }
