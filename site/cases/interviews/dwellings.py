"""The register's dwellings as the interview's screen finds and names them."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.policy import policy_of
from backoffice.naming import headline, headlines
from buildings.models import Dwelling
from buildings.plans import words
from buildings.plans.queries import assess_plan, occupancy_rules, visible_plans, with_entries
from buildings.plans.rules import NoRule
from buildings.rules import State
from catalogue.folding import fold

MOST = 8
_REFERENCE = re.compile(r"\(WHG-(\d{1,9})\)\s*$")


class Found(NamedTuple):
    """A dwelling to choose. `note`: its size and who lives there, in neutral words."""

    text: str
    note: str
    closed: bool


def named(dwelling: Dwelling, user: Any) -> str:
    """ "2. OG links, Musterweg 12 (WHG-000012)": what the field shows, and is read from."""
    return f"{headline(dwelling, user)} ({dwelling.reference})"


def one_by_text(text: str, user: Any) -> Dwelling | None:
    """The dwelling whose name was chosen; None for any other text."""
    parts = _REFERENCE.search(text)
    if parts is None:
        return None
    seen: QuerySet[Any] = policy_of(Dwelling).visible(user)
    found: Dwelling | None = seen.filter(pk=int(parts[1])).first()
    return found


def find(text: str, user: Any, day: datetime.date) -> list[Found]:
    """What the person may see of the register, by street, house number and place in the house."""
    dwellings: QuerySet[Any] = policy_of(Dwelling).visible(user).exclude(state=State.DEMOLISHED)
    asked = fold(text).split()
    if not asked:
        return []
    for word in asked:
        here = Q(search_key__contains=word)
        if word[0].isdigit():
            here |= Q(building__house_number__istartswith=word)
        else:
            here |= Q(building__search_key__contains=word)
        dwellings = dwellings.filter(here)
    found = list(dwellings.order_by("building__house_number", "building", "floor", "label")[:MOST])
    names, notes = headlines(found, user), _notes(found, user, day)
    return [
        Found(f"{names[each.pk]} ({each.reference})", notes[each.pk], each.state == State.CLOSED)
        for each in found
    ]


def note_of(dwelling: Dwelling, user: Any, day: datetime.date) -> str:
    return _notes([dwelling], user, day)[dwelling.pk]


def _notes(found: list[Dwelling], user: Any, day: datetime.date) -> dict[int, str]:
    """ "52 m², 5 Personen, 7 m² frei", as far as the person may see the plan that holds."""
    rules = occupancy_rules()
    plans = visible_plans(user, day).filter(dwelling__in=[each.pk for each in found])
    by_dwelling = {plan.dwelling_id: plan for plan in with_entries(plans)}
    return {each.pk: _note(each, by_dwelling.get(each.pk), rules, day) for each in found}


def _note(dwelling: Dwelling, plan: Any, rules: Any, day: datetime.date) -> str:
    if dwelling.state == State.CLOSED:
        return _("gesperrt: dort darf zurzeit niemand wohnen")
    said = [
        words.metres(dwelling.living_area) if dwelling.living_area else _("Größe nicht bekannt")
    ]
    if dwelling.rooms:
        said.append(_rooms(dwelling.rooms))
    if plan is not None:
        try:
            assessed = assess_plan(plan, rules=rules, on=day)
        except NoRule:
            return ", ".join(said)
        said.append(words.persons(assessed))
        if assessed.area is not None:
            said.append(words.balance(assessed))
    return ", ".join(said)


def _rooms(count: int | Decimal) -> str:
    return ngettext("%d Zimmer", "%d Zimmer", int(count)) % count
