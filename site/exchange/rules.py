"""What may follow what in an import. Pure tables; `exchange.actions.move` executes them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    UPLOADED = "uploaded", _("hochgeladen")
    PLANNING = "planning", _("wird geprüft")
    PLANNED = "planned", _("geprüft")
    APPLYING = "applying", _("wird übernommen")
    APPLIED = "applied", _("übernommen")
    FAILED = "failed", _("gescheitert")
    CANCELLED = "cancelled", _("abgebrochen")


class Kind(TextChoices):
    """What a row of the file is, compared with the collection."""

    NEW = "new", _("neu")
    CHANGED = "changed", _("geändert")
    UNCHANGED = "unchanged", _("unverändert")
    REFUSED = "refused", _("abgelehnt")
    CONFLICT = "conflict", _("Konflikt")


@dataclass(frozen=True)
class Transition:
    source: State
    target: State


# verb → from where, to where. What is not in here cannot happen.
TRANSITIONS: dict[str, Transition] = {
    "plan": Transition(State.UPLOADED, State.PLANNING),
    "present": Transition(State.PLANNING, State.PLANNED),
    "confirm": Transition(State.PLANNED, State.APPLYING),
    "finish": Transition(State.APPLYING, State.APPLIED),
    "fail_planning": Transition(State.PLANNING, State.FAILED),
    "fail_applying": Transition(State.APPLYING, State.FAILED),
    "cancel": Transition(State.PLANNED, State.CANCELLED),
}

RUNNING = frozenset({State.PLANNING, State.APPLYING})
STALLED_AFTER = 120  # seconds without a sign of life; then the person may start the work again


def confirmable(state: str, counts: dict[Kind, int]) -> bool:
    """All or nothing: one refused row stops the import, and nothing to do is no import."""
    todo = counts[Kind.NEW] + counts[Kind.CHANGED]
    return state == State.PLANNED and not counts[Kind.REFUSED] and todo > 0
