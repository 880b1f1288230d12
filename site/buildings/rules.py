"""What the office decides about the housing stock. Plain values: no models, no request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class State(TextChoices):
    """How a building or dwelling stands with the housing supervision. Never typed in."""

    NORMAL = "normal", gettext_lazy("normal")
    OBSERVED = "observed", gettext_lazy("unter Beobachtung")
    MEASURE = "measure", gettext_lazy("Maßnahme läuft")
    CLOSED = "closed", gettext_lazy("gesperrt")
    DEMOLISHED = "demolished", gettext_lazy("abgebrochen")


#: Fact → the state it makes, weightiest first. The first fact that is true decides.
PRECEDENCE: tuple[tuple[str, State], ...] = (
    ("demolished", State.DEMOLISHED),
    ("closed", State.CLOSED),
    ("measure_running", State.MEASURE),
    ("observed", State.OBSERVED),
)


def resulting_state(facts: Mapping[str, bool]) -> State:
    """The state that follows from what is true; a fact not named is not true."""
    return next((state for fact, state in PRECEDENCE if facts.get(fact)), State.NORMAL)


class Held(Protocol):
    """A role as far as these rules look at it. `dwelling_id` is None for the whole building."""

    role: str
    dwelling_id: int | None
    valid_from: date | None
    valid_to: date | None


Role = TypeVar("Role", bound=Held)


def holds(begin: date | None, end: date | None, day: date) -> bool:
    """Whether a period with this first day and this first day after it contains `day`."""
    return (begin is None or begin <= day) and (end is None or day < end)


def prevailing(roles: Iterable[Role], dwelling_id: int | None, day: date) -> list[Role]:
    """The roles that count for a dwelling (None: for the building itself) on a day.

    A role at the building counts for its dwellings, unless the dwelling has one of that kind of
    its own on the day.
    """
    there = [r for r in roles if holds(r.valid_from, r.valid_to, day)]
    of_house = [r for r in there if r.dwelling_id is None]
    if dwelling_id is None:
        return of_house
    own = [r for r in there if r.dwelling_id == dwelling_id]
    kinds = {r.role for r in own}
    return [*own, *(r for r in of_house if r.role not in kinds)]


def floor_name(floor: int | None) -> str:
    """ "2. OG", "EG", "KG", "2. UG"; words for a floor nobody noted."""
    if floor is None:
        return _("Geschoss nicht bekannt")
    if floor > 0:
        return _("%d. OG") % floor
    if floor == 0:
        return _("EG")
    return _("KG") if floor == -1 else _("%d. UG") % -floor
