"""Who is responsible, on the pages of buildings and dwellings; what a party holds, on its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.naming import related_names
from backoffice.panels import RecordPanel
from buildings.models import Building, Deliverable, Dwelling, Party, PartyRole, RoleKind
from buildings.parties.timeline import Scale, Span, percent
from buildings.queries import KIND_ORDER, Connection, Tie, connected
from buildings.rules import holds, prevailing

_HELD_SHOWN = 200


@dataclass(frozen=True)
class Line:
    """A role in words, and its bar. `counts`: on the day asked, for the place asked."""

    record: PartyRole
    url: str
    name: str
    party_url: str
    share: str
    counts: bool
    of_house: bool
    begin: str
    end: str
    span: Span


def asked_day(request: Any) -> tuple[date, str]:
    """The day in the address (`?am=2026-03-14`), else today; and what is wrong with it."""
    text, today = request.GET.get("am", ""), timezone.localdate()
    if not text:
        return today, ""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not date(1800, 1, 1) <= day <= date(2199, 12, 31):
        return today, _("Dieses Datum gibt es nicht. Gezeigt wird heute.")
    return day, ""


class ResponsiblePanel(RecordPanel):
    """Who was responsible on a day, since when and known how; all roles over the years."""

    heading = gettext_lazy("Verantwortliche")
    template_name = "buildings/parties/responsible.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        policy = policy_of(PartyRole)
        if not policy.may(user, "view"):
            return None
        day, problem = asked_day(request)
        roles = _roles_at(record, policy.visible(user))
        place = record.pk if isinstance(record, Dwelling) else None
        counting = prevailing(roles, place, day)
        scale = Scale.around(((r.valid_from, r.valid_to) for r in roles), day, timezone.localdate())
        lines = _lines(roles, counting, scale, place, user)
        return {
            "day": day,
            "problem": problem,
            "lines": lines,
            "now": [line for line in lines if line.counts],
            "scale": scale,
            "marker": percent(scale.at(day)),
            "shares": _said_of_shares([r for r in counting if r.role == RoleKind.OWNER]),
            "is_dwelling": place is not None,
            "change_url": _change_url(record, day, policy, user),
            "add_url": _add_url(record, policy, user),
        }


def _roles_at(record: Building | Dwelling, visible: Any) -> list[PartyRole]:
    if isinstance(record, Dwelling):
        roles = visible.filter(building=record.building_id, dwelling__in=[record.pk])
        roles = roles | visible.filter(building=record.building_id, dwelling=None)
    else:
        roles = visible.filter(building=record.pk, dwelling=None)
    return sorted(
        roles, key=lambda r: (KIND_ORDER[r.role], r.valid_from or date.min, -(r.share or 0), r.pk)
    )


def _lines(
    roles: Sequence[PartyRole],
    counting: Iterable[PartyRole],
    scale: Scale,
    place: int | None,
    user: Any,
) -> list[Line]:
    names = related_names(roles, ["party"], user)
    count = {role.pk for role in counting}
    return [
        Line(
            record=role,
            url=record_url(role),
            name=names["party", role.party_id],
            party_url=record_url(Party(pk=role.party_id)),
            share=str(role.share) if role.share is not None else "",
            counts=role.pk in count,
            of_house=place is not None and role.dwelling_id is None,
            begin=_day(role.valid_from, _("Beginn nicht bekannt")),
            end=_day(role.valid_to, _("offen")),
            span=scale.span(role.valid_from, role.valid_to),
        )
        for role in roles
    ]


def _day(day: date | None, otherwise: str) -> str:
    return date_format(day, "d.m.Y") if day else otherwise


def _said_of_shares(owners: Sequence[PartyRole]) -> tuple[str, bool]:
    """What the owners' shares come to, where that needs saying; whether it is a contradiction."""
    shares = [owner.share for owner in owners]
    total = sum((share for share in shares if share is not None), Fraction(0))
    if total > 1:
        text = _(
            "Die Anteile der Eigentümer ergeben zusammen %s: mehr als ein Ganzes. Bitte prüfen."
        )
        return text % total, True
    if len(owners) > 1 and None in shares:
        return _("Nicht von allen Eigentümern ist der Anteil bekannt."), False
    if shares and None not in shares and total < 1:
        return _("Bekannt sind zusammen %s; weitere Eigentümer fehlen.") % total, False
    return "", False


def _place_query(record: Any) -> str:
    if isinstance(record, Dwelling):
        return f"building={record.building_id}&dwelling={record.pk}"
    return f"building={record.pk}"


def _address(name: str) -> str:
    viewset: Any = PartyRole.snippet_viewset  # type: ignore[attr-defined]
    return reverse(viewset.get_url_name(name))


def _change_url(record: Any, day: date, policy: Any, user: Any) -> str:
    if not (policy.may(user, "add") and policy.may(user, "change")):
        return ""
    return f"{_address('owner_change')}?{_place_query(record)}&valid_from={day.isoformat()}"


def _add_url(record: Any, policy: Any, user: Any) -> str:
    return f"{_address('add')}?{_place_query(record)}" if policy.may(user, "add") else ""


# On the page of a party ---------------------------------------------------------------------------

_TIES = {
    Tie.REPRESENTED: gettext_lazy("vertreten durch %s"),
    Tie.REPRESENTS: gettext_lazy("vertritt %s"),
    Tie.MEMBER: gettext_lazy("Mitglied von %s"),
    Tie.COMMUNITY: gettext_lazy("Gemeinschaft mit %s"),
}
_SIGNS = {
    Deliverable.UNKNOWN: ("help", "unknown"),
    Deliverable.YES: ("success", "yes"),
    Deliverable.RETURNED: ("warning", "returned"),
}


class DeliveryPanel(RecordPanel):
    """Whether post reaches the party, since when that is known, and how."""

    heading = gettext_lazy("Erreichbarkeit")
    template_name = "buildings/parties/delivery.html"

    def get_context(self, record: Party, user: Any, request: Any) -> dict[str, Any]:  # type: ignore[override]
        icon, tone = _SIGNS[Deliverable(record.deliverable)]
        return {"icon": icon, "tone": tone, "abroad": record.country != "DE"}


@dataclass(frozen=True)
class Held:
    """What one of the connected parties holds. `tie` is empty for the party itself."""

    name: str
    url: str
    tie: str
    lines: list[tuple[str, str, PartyRole, str, str, bool]]  # place, address, role, from, to, now


class HoldingsPanel(RecordPanel):
    """Every building and dwelling of the party and of those behind it, present and past."""

    heading = gettext_lazy("Gebäude und Wohnungen dieses Beteiligten")
    template_name = "buildings/parties/holdings.html"

    def get_context(self, record: Party, user: Any, request: Any) -> dict[str, Any] | None:  # type: ignore[override]
        policy = policy_of(PartyRole)
        if not policy.may(user, "view"):
            return None
        ties = {tie.party_id: tie for tie in connected(record)}
        visible = policy_of(Party).visible(user).filter(pk__in=[record.pk, *ties])
        seen = set(visible.values_list("pk", flat=True))
        ordered = [pk for pk in (record.pk, *ties) if pk in seen]
        visible_roles: Any = policy.visible(user)
        roles = visible_roles.filter(party__in=ordered).order_by(
            F("valid_from").desc(nulls_last=True), "pk"
        )
        shown = list(roles[: _HELD_SHOWN + 1])
        groups = _groups(shown[:_HELD_SHOWN], ordered, ties, user)
        return {
            "groups": groups,
            "more_url": f"{_address('list')}?party={record.pk}" if len(shown) > _HELD_SHOWN else "",
        }


def _groups(
    roles: Sequence[PartyRole], ordered: Sequence[int], ties: dict[int, Connection], user: Any
) -> list[Held]:
    today = timezone.localdate()
    names = related_names(roles, ["building", "dwelling"], user)
    # Those in between as well: one out of reach is named by its number.
    named = {*ordered, *(tie.via_id for tie in ties.values())}
    people = related_names([PartyRole(party_id=pk) for pk in named], ["party"], user)
    groups = []
    for pk in ordered:
        tie = ties.get(pk)
        lines = [_held(role, names, today) for role in roles if role.party_id == pk]
        via = str(_TIES[tie.tie]) % people["party", tie.via_id] if tie else ""
        groups.append(Held(people["party", pk], record_url(Party(pk=pk)), via, lines))
    return groups


def _held(role: PartyRole, names: Any, today: date) -> tuple[str, str, PartyRole, str, str, bool]:
    place: Any = (
        Dwelling(pk=role.dwelling_id) if role.dwelling_id else Building(pk=role.building_id)
    )
    name = "dwelling" if role.dwelling_id else "building"
    return (
        names[name, place.pk],
        record_url(place),
        role,
        _day(role.valid_from, _("Beginn nicht bekannt")),
        _day(role.valid_to, _("offen")),
        holds(role.valid_from, role.valid_to, today),
    )
