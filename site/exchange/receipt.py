"""What a plan or a receipt comes to, in words and figures. "Nothing" is never called a success."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchange.models import ImportRun
from exchange.rules import DONE, Kind, Mode, State


def intention(run: ImportRun) -> str:
    """What the button will do: "12 neue Datensätze anlegen, 3 ändern"."""
    parts = []
    if run.new_count:
        parts.append(_created(run) % run.new_count)
    if run.changed_count:
        parts.append(_changed(run) % run.changed_count)
    if run.removed_count:
        removed = ngettext("%d Datensatz entfernen", "%d Datensätze entfernen", run.removed_count)
        parts.append(removed % run.removed_count)
    return ", ".join(parts)


def _created(run: ImportRun) -> str:
    if run.undoes_id:
        return ngettext(
            "%d entfernten Datensatz wiederherstellen",
            "%d entfernte Datensätze wiederherstellen",
            run.new_count,
        )
    return ngettext("%d neuen Datensatz anlegen", "%d neue Datensätze anlegen", run.new_count)


def _changed(run: ImportRun) -> str:
    if run.undoes_id:
        return _("%d auf den alten Stand bringen")
    if run.new_count:
        return _("%d ändern")
    return ngettext("%d Datensatz ändern", "%d Datensätze ändern", run.changed_count)


class Verdict(NamedTuple):
    """`status`: class of the message box: info, warning, success."""

    status: str
    sentence: str


def verdict(run: ImportRun) -> Verdict:
    if run.state in DONE:
        return _undone(run) if run.undoes_id else _applied(run)
    if run.undoes_id:
        return _undo_planned(run)
    return _planned(run)


def _planned(run: ImportRun) -> Verdict:
    if run.refused_count:
        rows = ngettext("%d Zeile ist", "%d Zeilen sind", run.refused_count) % run.refused_count
        if run.written:
            choice = _(
                "Laden Sie die abgelehnten Zeilen herunter und berichtigen Sie sie, oder übernehmen"
                " Sie vorerst nur die guten Zeilen."
            )
        else:
            choice = _("Laden Sie die abgelehnten Zeilen herunter und berichtigen Sie sie.")
        nothing = _("Noch ist nichts gespeichert.")
        if run.state == State.REQUESTED:
            choice = _("Übernommen werden nur die guten, sobald eine zweite Person bestätigt.")
        return Verdict("warning", " ".join([_("%s fehlerhaft.") % rows, nothing, choice]))
    if not run.written:
        if run.conflict_count:
            return Verdict("info", _("Es gibt nichts zu importieren: siehe Konflikte."))
        return Verdict(
            "info",
            _("Es gibt nichts zu importieren: Alle Zeilen stehen schon genau so in der Sammlung."),
        )
    if run.state == State.REQUESTED:
        done = _("Bis eine zweite Person bestätigt, ist nichts gespeichert.")
    else:
        done = _("Die Prüfung ist fertig. Bis Sie bestätigen, ist nichts gespeichert.")
    if run.conflict_count:
        left = ngettext(
            "%d Zeile ist in Konflikt mit der Sammlung und wird nicht übernommen.",
            "%d Zeilen sind in Konflikt mit der Sammlung und werden nicht übernommen.",
            run.conflict_count,
        )
        return Verdict("warning", f"{done} {left % run.conflict_count}")
    return Verdict("info", done)


def _undo_planned(run: ImportRun) -> Verdict:
    if run.conflict_count:
        since = ngettext(
            "%d Datensatz wurde seit dem Import geändert oder wird noch gebraucht.",
            "%d Datensätze wurden seit dem Import geändert oder werden noch gebraucht.",
            run.conflict_count,
        )
        rest = ngettext(
            "Er bleibt, wie er ist, wenn Sie unten nicht anders entscheiden.",
            "Sie bleiben, wie sie sind, wenn Sie unten nicht anders entscheiden.",
            run.conflict_count,
        )
        return Verdict("warning", f"{since % run.conflict_count} {rest}")
    if not run.written:
        return Verdict(
            "info", _("Es gibt nichts zurückzunehmen: Alles ist schon wie vor dem Import.")
        )
    return Verdict(
        "info",
        _(
            "So würde der Import zurückgenommen. Bis Sie bestätigen, ist nichts gespeichert; der"
            " Verlauf behält beides."
        ),
    )


def _applied(run: ImportRun) -> Verdict:
    if not run.written:
        return Verdict(
            "warning", _("Es wurde nichts importiert: jede Zeile ist in Konflikt geraten.")
        )
    sentences = [
        _("Importiert: %(new)d neu, %(changed)d geändert.")
        % {"new": run.new_count, "changed": run.changed_count}
    ]
    sentences += _not_taken(run)
    return Verdict("warning" if len(sentences) > 1 else "success", " ".join(sentences))


def _not_taken(run: ImportRun) -> list[str]:
    """A sentence for each kind of row that did not go in."""
    found = []
    if run.refused_count:
        refused = ngettext(
            "%d Zeile wurde abgelehnt.", "%d Zeilen wurden abgelehnt.", run.refused_count
        )
        found.append(refused % run.refused_count)
        if run.file:
            found.append(
                _(
                    "Laden Sie sie herunter, berichtigen Sie sie und laden Sie die Datei wieder hoch."
                )
            )
    if run.conflict_count:
        conflicts = ngettext(
            "%d Zeile wurde wegen eines Konflikts nicht übernommen.",
            "%d Zeilen wurden wegen eines Konflikts nicht übernommen.",
            run.conflict_count,
        )
        found.append(conflicts % run.conflict_count)
    if run.left_count:
        left = ngettext(
            "Angehalten: %d Zeile ist nicht mehr übernommen.",
            "Angehalten: %d Zeilen sind nicht mehr übernommen.",
            run.left_count,
        )
        found.append(left % run.left_count)
    return found


def _undone(run: ImportRun) -> Verdict:
    if not run.written:
        return Verdict("warning", _("Es wurde nichts zurückgenommen."))
    done = {
        _("%d auf den alten Stand gebracht"): run.changed_count,
        _("%d entfernt"): run.removed_count,
        _("%d wiederhergestellt"): run.new_count,
    }
    parts = ", ".join(text % count for text, count in done.items() if count)
    sentences = [_("Zurückgenommen: %s.") % parts]
    if run.conflict_count:
        kept = ngettext(
            "%d Datensatz blieb, wie er ist.",
            "%d Datensätze blieben, wie sie sind.",
            run.conflict_count,
        )
        sentences.append(kept % run.conflict_count)
    sentences += _not_taken(run)[-1:] if run.left_count else []
    return Verdict("warning" if len(sentences) > 1 else "success", " ".join(sentences))


class Figure(NamedTuple):
    """One kind of row: how many the plan had, and how many it came to."""

    kind: str
    label: str
    planned: int
    actual: int


def figures(run: ImportRun) -> list[Figure]:
    """The counts of plan and result beside each other; both add up to the rows of the file."""
    return [
        Figure(kind.value, str(kind.label), run.planned.get(kind.value, 0), count)
        for kind, count in run.counts.items()
        if count or run.planned.get(kind.value, 0)
    ]


class Way(NamedTuple):
    """A way to apply the plan. `explanation` says what happens to rows that do not go in."""

    mode: str
    label: str
    explanation: str


def ways(run: ImportRun) -> list[Way]:
    """How this plan may be applied now, the usual way first."""
    if run.state != State.PLANNED:
        return []
    explained = {
        Mode.ALL: _("In einem Zug: gelingt etwas nicht, ist gar nichts gespeichert."),
        Mode.PARTIAL: _(
            "Schrittweise: Was übernommen ist, bleibt, auch wenn der Import angehalten wird."
            " Abgelehnte Zeilen bekommen Sie als Datei zurück."
        ),
    }
    return [
        Way(mode.value, str(mode.label), text)
        for mode, text in explained.items()
        if run.confirmable_as(mode)
    ]


def shown_kinds(run: ImportRun) -> list[tuple[str, str, int]]:
    """The tabs of the rows: (code, label, count)."""
    rows = [(kind.value, str(kind.label), count) for kind, count in run.counts.items()]
    always = (Kind.NEW, Kind.CHANGED, Kind.UNCHANGED, Kind.REFUSED)
    if run.undoes_id:
        always = (Kind.CHANGED, Kind.REMOVED, Kind.UNCHANGED, Kind.CONFLICT)
    return [("", _("alle"), run.total)] + [
        (code, label, count) for code, label, count in rows if count or code in always
    ]
