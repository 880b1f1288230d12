"""What may follow what in an import. Pure tables; `exchange.actions.move` executes them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    UPLOADED = "uploaded", _("hochgeladen")
    PLANNING = "planning", _("wird geprüft")
    PLANNED = "planned", _("geprüft")
    REQUESTED = "requested", _("wartet auf Bestätigung")
    APPLYING = "applying", _("wird übernommen")
    APPLIED = "applied", _("übernommen")
    STOPPED = "stopped", _("angehalten, zum Teil übernommen")
    FAILED = "failed", _("gescheitert")
    CANCELLED = "cancelled", _("abgebrochen")


TAKING_BACK = {  # what a state is called where an import is taken back
    State.APPLYING: _("wird ausgeführt"),
    State.APPLIED: _("ausgeführt"),
    State.STOPPED: _("angehalten, zum Teil ausgeführt"),
}


class Mode(TextChoices):
    """How a plan is applied. ALL: one transaction. PARTIAL: chunks, each with its cursor."""

    ALL = "all", _("alles oder nichts")
    PARTIAL = "partial", _("gute Zeilen übernehmen, abgelehnte zurückgeben")


class Kind(TextChoices):
    """What a row is, compared with the collection. REMOVED occurs in the plan of an undo only."""

    NEW = "new", _("neu")
    CHANGED = "changed", _("geändert")
    REMOVED = "removed", _("entfernt")
    UNCHANGED = "unchanged", _("unverändert")
    REFUSED = "refused", _("abgelehnt")
    CONFLICT = "conflict", _("Konflikt")
    LEFT = "left", _("nicht mehr übernommen")


WRITTEN = (Kind.NEW, Kind.CHANGED, Kind.REMOVED)  # what applying writes
RETURNED = (Kind.REFUSED, Kind.CONFLICT, Kind.LEFT)  # what the person gets back


@dataclass(frozen=True)
class Transition:
    sources: frozenset[State]
    target: State


def _from(*sources: State, to: State) -> Transition:
    return Transition(frozenset(sources), to)


# verb → from where, to where. What is not in here cannot happen.
TRANSITIONS: dict[str, Transition] = {
    "plan": _from(State.UPLOADED, to=State.PLANNING),
    "plan_again": _from(State.PLANNED, State.FAILED, to=State.PLANNING),
    "present": _from(State.PLANNING, to=State.PLANNED),
    "request": _from(State.PLANNED, to=State.REQUESTED),
    "send_back": _from(State.REQUESTED, to=State.PLANNED),
    "confirm": _from(State.PLANNED, to=State.APPLYING),
    "release": _from(State.REQUESTED, to=State.APPLYING),
    "finish": _from(State.APPLYING, to=State.APPLIED),
    "stop": _from(State.APPLYING, to=State.STOPPED),
    "abandon": _from(State.PLANNING, State.APPLYING, to=State.CANCELLED),
    "fail_planning": _from(State.PLANNING, to=State.FAILED),
    "fail_applying": _from(State.APPLYING, to=State.FAILED),
    "cancel": _from(State.PLANNED, State.REQUESTED, to=State.CANCELLED),
}

RUNNING = frozenset({State.PLANNING, State.APPLYING})
OPEN = frozenset({State.UPLOADED, State.PLANNED, State.REQUESTED}) | RUNNING
DONE = frozenset({State.APPLIED, State.STOPPED})  # records were written
STALLED_AFTER = 120  # seconds without a sign of life; then another worker takes the work over


def confirmable(state: str, mode: str, counts: dict[Kind, int]) -> bool:
    """Nothing to do is no import; all or nothing is stopped by a single refused row."""
    todo = sum(counts[kind] for kind in WRITTEN)
    waiting = state in (State.PLANNED, State.REQUESTED)
    return waiting and todo > 0 and (mode == Mode.PARTIAL or not counts[Kind.REFUSED])
