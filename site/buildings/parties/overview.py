"""The building at a glance: entrances, floors, and a tile for each dwelling with its state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext_lazy as _

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.panels import RecordPanel
from buildings.models import Building, Dwelling, Entrance, State
from buildings.rules import floor_name

_ICONS = {
    State.NORMAL: "check",
    State.OBSERVED: "view",
    State.MEASURE: "warning",
    State.CLOSED: "lock",
    State.DEMOLISHED: "cross",
}
_NO_FLOOR = -99  # below the lowest: it stands last


@dataclass(frozen=True)
class Tile:
    label: str
    url: str
    area: Any
    usage: str
    state: State
    icon: str


@dataclass(frozen=True)
class Staircase:
    """The dwellings behind one entrance, top floor first. `name` is empty where nobody noted it."""

    name: str
    floors: list[tuple[str, list[Tile]]]


class OverviewPanel(RecordPanel):
    heading = _("Wohnungen im Haus")
    template_name = "buildings/parties/overview.html"

    def get_context(self, record: Building, user: Any, request: Any) -> dict[str, Any] | None:  # type: ignore[override]
        policy = policy_of(Dwelling)
        if not policy.may(user, "view"):
            return None
        flats: Any = policy.visible(user)
        doors: Any = policy_of(Entrance).visible(user)
        dwellings = list(flats.filter(building=record).order_by("label", "pk"))
        entrances = list(doors.filter(building=record).order_by("label", "pk"))
        return {
            "staircases": [
                *(
                    _staircase(e.label, [d for d in dwellings if d.entrance_id == e.pk])
                    for e in entrances
                ),
                *_elsewhere(dwellings, {e.pk for e in entrances}),
            ],
            "total": len(dwellings),
            "entrances": len(entrances),
            "area": sum((d.living_area for d in dwellings if d.living_area is not None), 0),
            "unmeasured": sum(d.living_area is None for d in dwellings),
        }


def _elsewhere(dwellings: Iterable[Dwelling], known: set[int]) -> list[Staircase]:
    rest = [d for d in dwellings if d.entrance_id not in known]
    return [_staircase("", rest)] if rest else []


def _staircase(name: str, dwellings: Iterable[Dwelling]) -> Staircase:
    def height(dwelling: Dwelling) -> int:
        return _NO_FLOOR if dwelling.floor is None else dwelling.floor

    ordered = sorted(dwellings, key=lambda d: -height(d))
    floors = [
        (floor_name(None if floor == _NO_FLOOR else floor), [_tile(d) for d in there])
        for floor, there in groupby(ordered, key=height)
    ]
    return Staircase(name, floors)


def _tile(dwelling: Any) -> Tile:
    state = State(dwelling.state)
    return Tile(
        label=dwelling.label,
        url=record_url(dwelling),
        area=dwelling.living_area,
        usage=dwelling.get_usage_display(),
        state=state,
        icon=_ICONS[state],
    )
