"""How much area the household needs, while it is still talking. In neutral words."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from buildings.plans import ages, words
from buildings.plans.queries import area_of_dwelling, is_applicable, occupancy_rules
from buildings.plans.rules import Basis, NoRule, Resident, assess, changes
from cases.interviews import queries
from cases.models import IntakeInterview
from people.models import Person


class Reckoning(NamedTuple):
    """`result`: the word for it. `reckoned`: the sum. `ahead`: what changes within a year."""

    result: str
    standing: str
    reckoned: str
    rule: str
    ahead: list[str]


def reckoned(interview: IntakeInterview, persons: list[Person]) -> Reckoning | None:
    """None where no rule holds on the day.

    The register's area counts; where it has none, the one stated. Whoever is said to live there
    besides the household counts as somebody of unknown age.
    """
    day, rules = interview.held_on, occupancy_rules()
    others = max(0, (interview.persons_in_dwelling or 0) - len(persons))
    residents = [Resident(queries.born(p) or ages.somebody(day)) for p in persons]
    residents += [Resident(ages.somebody(day))] * others
    value, said = _area(interview)
    flat = interview.dwelling
    try:
        found = assess(
            residents,
            area=value,
            rules=rules,
            on=day,
            basis=Basis.STATED,
            applicable=flat is None or is_applicable(flat),
        )
    except NoRule:
        return None
    if not found.applicable:
        return Reckoning(
            str(words.RESULTS[found.result]), found.result.value, str(words.NOT_APPLICABLE), "", []
        )
    text = _("Nötig: %(sum)s. %(area)s") % {"sum": words.sum_of(found), "area": said}
    if found.free is not None:
        text += f" → {words.balance(found)}"
    return Reckoning(
        str(words.RESULTS[found.result]),
        found.result.value,
        text,
        words.rule(found.figures),
        [words.foretold(change) for change in changes(found, residents, rules)],
    )


def _area(interview: IntakeInterview) -> tuple[Any, str]:
    flat, stated = interview.dwelling, interview.area_stated
    if flat is not None and flat.living_area is not None:
        known = area_of_dwelling(flat)
        said = words.described(known)
        if stated is not None and stated != known.value:
            said += _("; angegeben sind %s") % words.metres(stated)
        return known.value, said
    if stated is not None:
        return stated, _("Wohnfläche %s (nach Angabe)") % words.metres(stated)
    return None, _("Wohnfläche nicht bekannt")
