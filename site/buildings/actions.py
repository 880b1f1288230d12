"""Verbs on the housing stock that are more than a field edit. Each is one recorded transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

from buildings.models.standing import Supervised
from history.actor import because as giving_reason

Place = TypeVar("Place", bound=Supervised)
Fact = bool | Callable[[], bool]


def set_state(
    place: Place,
    *,
    because: str,
    observed: Fact | None = None,
    measure_running: Fact | None = None,
    closed: Fact | None = None,
) -> Place:
    """Say what is true of a building or dwelling now; its `state` follows (rules.PRECEDENCE).

    observed: a case is open. measure_running: a measure is ordered and not settled.
    closed: a closure is in force. A fact left out stays as it is. Whoever calls speaks for ALL
    cases of the place, not for the one at hand: give a function, it is asked while the place is
    locked, so that two cases closed at once do not leave the flat observed for ever:

        set_state(dwelling, observed=lambda: open_cases(dwelling).exists(), because=str(case))

    Within the caller's transaction and by the caller's actor (`because` goes into the history).
    Writes nothing when nothing changes. Returns the place as it is stored, `state` included.
    """
    facts = {"observed": observed, "measure_running": measure_running, "closed": closed}
    with transaction.atomic(), giving_reason(because):
        stored = type(place)._default_manager.select_for_update().get(pk=place.pk)
        for name, fact in facts.items():
            if fact is not None:
                setattr(stored, name, fact() if callable(fact) else fact)
        stored.save()
        stored.refresh_from_db(fields=["state"])
    return stored
