"""Households: on the page of a person who belongs to one, and on their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.panels import RecordPanel
from catalogue.naming import compose
from people import rules
from people.merging import Note
from people.models import Household, HouseholdMember, Person, PersonMerge


@dataclass(frozen=True)
class Line:
    """One member. `name` and `url` are empty for who is out of reach."""

    name: str
    url: str
    relation: str
    age: str
    time: str
    present: bool
    edit_url: str
    move_out_url: str


@dataclass(frozen=True)
class House:
    """One household in words, with who lives in it and who has left."""

    record: Household
    url: str
    name: str
    sum: str
    present: list[Line]
    former: list[Line]
    add_url: str


def _address(model: Any, name: str, *args: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name(name), args=args)


def _houses(condition: Q, user: Any, changeable: Any) -> list[House]:
    """The households of these members, with all their members: one query.

    `changeable`: whether this person may change a member; asked once per member otherwise.
    """
    policy = policy_of(HouseholdMember)
    seen: Any = policy.visible(user)
    visible_people = policy_of(Person).visible(user)
    members = (
        seen.filter(condition, person__merged_into=None)
        .annotate(named=_within(visible_people))
        .select_related("person", "household")
        .order_by("household", "pk")
    )
    houses: dict[int, list[Any]] = {}
    for member in members:
        houses.setdefault(member.household_id, []).append(member)
    may_add = policy.may(user, "add")
    return [_house(found, changeable, may_add) for found in houses.values()]


def _within(people: Any) -> Any:
    return Exists(people.filter(pk=OuterRef("person")).order_by())


def _house(members: list[Any], changeable: Any, may_add: bool) -> House:
    today, household = timezone.localdate(), members[0].household
    ordered = sorted(members, key=lambda m: _eldest_first(m, household))
    there = [m for m in ordered if _is_present(m, today)]
    contact = next((m for m in members if m.person_id == household.contact_id), None)
    return House(
        record=household,
        url=record_url(household),
        name=compose(contact.person, {}) if contact and contact.named else str(household),
        sum=_sum(there, today),
        present=[_line(m, today, changeable) for m in there],
        former=[_line(m, today, changeable) for m in ordered if m not in there],
        add_url=_address(HouseholdMember, "add") + f"?household={household.pk}" if may_add else "",
    )


def _eldest_first(member: Any, household: Household) -> tuple[Any, ...]:
    born = member.person.birth_date or date(member.person.birth_year or 9999, 1, 1)
    return (member.person_id != household.contact_id, born, member.pk)


def _is_present(member: HouseholdMember, day: date) -> bool:
    return (member.since is None or member.since <= day) and (
        member.until is None or member.until > day
    )


def _sum(there: Iterable[Any], today: date) -> str:
    """ "5 Personen: 2 Erwachsene, 3 Kinder und Jugendliche"."""
    adult = [rules.is_adult_on(member.person, today) for member in there if member.named]
    there = list(there)
    said = ngettext("%d Person", "%d Personen", len(there)) % len(there)
    parts = []
    if grown := adult.count(True):
        parts.append(ngettext("%d erwachsen", "%d Erwachsene", grown) % grown)
    if young := adult.count(False):
        parts.append(ngettext("%d Kind", "%d Kinder und Jugendliche", young) % young)
    if unknown := len(there) - grown - young:
        parts.append(_("%d ohne bekanntes Alter") % unknown)
    return f"{said}: {', '.join(parts)}" if parts else said


def _line(member: Any, today: date, changeable: Any) -> Line:
    open_end = member.until is None
    change = changeable(member)
    return Line(
        name=compose(member.person, {}) if member.named else member.person.reference,
        url=record_url(member.person) if member.named else "",
        relation=member.get_relation_display(),
        age=rules.age_in_words(member.person, today) if member.named else "",
        time=_time(member),
        present=_is_present(member, today),
        edit_url=_address(HouseholdMember, "edit", member.pk) if change else "",
        move_out_url=_address(HouseholdMember, "move_out", member.pk)
        if change and open_end
        else "",
    )


def _time(member: HouseholdMember) -> str:
    parts = []
    if member.since:
        parts.append(_("seit %s") % date_format(member.since, "d.m.Y"))
    if member.until:
        parts.append(_("bis %s") % date_format(member.until, "d.m.Y"))
    return " ".join(parts)


class MembersPanel(RecordPanel):
    """On a household: who lives there today, and who has left."""

    heading = gettext_lazy("Wer dazugehört")
    template_name = "people/members_panel.html"

    def get_context(self, record: Household, user: Any, request: Any) -> dict[str, Any] | None:  # type: ignore[override]
        policy = policy_of(HouseholdMember)
        if not policy.may(user, "view"):
            return None
        allowed = set(
            policy.visible(user, "change").filter(household=record).values_list("pk", flat=True)
        )
        houses = _houses(Q(household=record), user, lambda member: member.pk in allowed)
        add = policy.may(user, "add")
        url = _address(HouseholdMember, "add") + f"?household={record.pk}" if add else ""
        return {"house": houses[0] if houses else None, "add_url": url}


class HouseholdsPanel(RecordPanel):
    """On a person: whom they live with. One query."""

    heading = gettext_lazy("Haushalt")
    template_name = "people/households_panel.html"

    def get_context(self, record: Person, user: Any, request: Any) -> dict[str, Any] | None:  # type: ignore[override]
        policy = policy_of(HouseholdMember)
        if not policy.may(user, "view") or not policy_of(Household).may(user, "view"):
            return None
        mine: Any = policy.visible(user).filter(person=record).values("household")
        houses = _houses(Q(household__in=mine), user, lambda member: False)
        today = timezone.localdate()
        form_url = (
            _address(Household, "add") + f"?contact={record.pk}"
            if policy_of(Household).may(user, "add")
            else ""
        )
        join_url = (
            _address(HouseholdMember, "add") + f"?person={record.pk}"
            if policy.may(user, "add")
            else ""
        )
        return {"houses": houses, "form_url": form_url, "join_url": join_url, "today": today}


class MovedPanel(RecordPanel):
    """On a receipt: what has moved, what stayed and why, what could not be restored."""

    heading = gettext_lazy("Was dabei geschah")
    template_name = "people/moved_panel.html"

    def get_context(self, record: PersonMerge, user: Any, request: Any) -> dict[str, Any] | None:  # type: ignore[override]
        note = Note.of(record)
        return {
            "moved": _references(note.moved, user),
            "stayed": _references(note.stayed, user),
            "filled": [_verbose(Person, name) for name in note.filled],
            "left": _references(note.left, user),
        }


def _verbose(model: Any, name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)


def _references(lines: list[list[Any]], user: Any) -> list[tuple[str, str]]:
    """(number or kind, field) of what is named. Of collections out of reach, only that there is one."""
    found = []
    for label, pk, name in lines:
        model: Any = apps.get_model(label)
        within = policy_of(model).may(user, "view")
        found.append(
            (model(pk=pk).reference, _verbose(model, name)) if within else (_("anderswo"), "")
        )
    return found
