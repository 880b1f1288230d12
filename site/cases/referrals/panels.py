"""Sections about referrals: on their own page, on an interview's, and on the start page."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.components import Component

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.naming import headline
from backoffice.panels import RecordPanel
from cases.models import Consent, Referral
from cases.referrals import rules, sheets
from cases.referrals.drafting import Proposal, propose
from cases.referrals.queries import (
    answers_due,
    course_of,
    expiring_for,
    received_by,
    waiting_for,
)
from people.models import Person

SHOWN = 10


def address(model: type[Model], name: str, *args: Any) -> str:
    viewset = model.snippet_viewset  # type: ignore[attr-defined]
    return reverse(viewset.get_url_name(name), args=args)


class Stage(NamedTuple):
    """One stage of the way. `who`: only where it has been."""

    label: str
    at: datetime.datetime | None
    who: str
    state: str  # "past", "now" or "ahead"


class CoursePanel(RecordPanel):
    """How far it has come, and by when an answer is due."""

    heading = gettext_lazy("Wie weit es ist")
    template_name = "cases/referrals/course_panel.html"
    leads = True

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        rows = course_of(record, policy_of(Referral).told_since(user, record))
        stages = [
            Stage(
                row.get_state_display(),
                row.history_date,
                str(row.history_user or row.history_actor_label),
                "now" if row is rows[-1] else "past",
            )
            for row in rows
        ]
        due = answers_due([record]).get(record.pk)
        return {
            "stages": [*stages, *_ahead(record.state)],
            "due": due,
            "overdue": due is not None and due < timezone.localdate(),
            "sender": record.unit,
        }


def _ahead(state: str) -> Iterable[Stage]:
    """What normally follows."""
    way = (
        *(rules.State.DRAFT, rules.State.SENT, rules.State.ACKNOWLEDGED),
        *(rules.State.ACCEPTED, rules.State.DONE),
    )
    if state not in way:
        return
    for later in way[way.index(rules.State(state)) + 1 :]:
        yield Stage(str(later.label), None, "", "ahead")


class BasisPanel(RecordPanel):
    """For the sender of a draft: what is lacking, and the way to the consent."""

    heading = gettext_lazy("Einwilligung")
    template_name = "cases/referrals/basis_panel.html"
    leads = True

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        if not policy_of(Referral).visible(user, rules.PROCEED).filter(pk=record.pk).exists():
            return None
        consent = record.consent
        today = timezone.localdate()
        open_end = record.state in (rules.State.DRAFT, *rules.UNDER_WAY)
        ends = consent.expires_on if consent is not None else None
        context = {
            "on_consent": record.basis == rules.Basis.CONSENT,
            "basis": record.get_basis_display(),
            "basis_ref": record.basis_ref,
            "consent": consent,
            "consent_url": _url_if_visible(consent, user),
            "ends": ends,
            "ended": ends is not None and ends < today,
            "ending": ends is not None and open_end and ends < today + rules.EXPIRING,
            "obtain_url": "",
        }
        if record.state == rules.State.DRAFT and policy_of(Consent).may(user, "add"):
            context["obtain_url"] = address(Referral, "consent", record.pk)
        return context


def _url_if_visible(record: Any, user: Any) -> str:
    if record is None or not policy_of(type(record)).visible(user).filter(pk=record.pk).exists():
        return ""
    return record_url(record)


class OpenedPersonPanel(RecordPanel):
    """For whoever has accepted: the person, as far as the acceptance has opened it."""

    heading = gettext_lazy("Person")
    template_name = "cases/referrals/person_panel.html"
    leads = True

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        if record.state not in (rules.State.ACCEPTED, rules.State.DONE):
            return None
        if not policy_of(Referral).in_part(user, [record]):
            return None
        person: Any = policy_of(Person).visible(user).filter(pk=record.person_id).first()
        if person is None:
            return None
        return {"url": record_url(person), "name": headline(person, user)}


# On the page of an interview ---------------------------------------------------------------------------


class Line(NamedTuple):
    """What a topic leads to. `add_url`: the form that starts with it, "" for whom may not add."""

    topic: str
    agreed: str
    units: list[Any]
    offers: list[Any]
    add_url: str


class ReferralsOfInterview(RecordPanel):
    """What was agreed and whom to ask about it; and the sheet to take home."""

    heading = gettext_lazy("Vermittlung und Blatt zum Mitnehmen")
    template_name = "cases/referrals/interview_panel.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        if not policy_of(Referral).may(user, "view"):
            return None
        may_add = policy_of(Referral).may(user, "add")
        referrals = policy_of(Referral).visible(user).filter(interview=record)
        language = record.language or record.person.languages.split(",")[0]
        languages = sheets.languages_of(sheets.TAKE_AWAY)
        languages.sort(key=lambda pair: pair[0] != language)
        return {
            "proposals": [_line(proposal, may_add) for proposal in propose(record)],
            "referrals": [(record_url(each), each) for each in referrals.select_related("to_unit")],
            "sheet_url": reverse("cases_take_away", args=(record.pk,)),
            "languages": languages,
        }


def _line(proposal: Proposal, may_add: bool) -> Line:
    draft = proposal.draft
    query = urlencode(
        {"interview": draft.interview_id, "person": draft.person_id, "topic": draft.topic}
    )
    return Line(
        draft.get_topic_display(),
        draft.content_text,
        proposal.units,
        proposal.offers,
        f"{address(Referral, 'add')}?{query}" if may_add else "",
    )


# On the start page -------------------------------------------------------------------------------------


class Row(NamedTuple):
    referral: Referral
    url: str
    due: datetime.date | None
    overdue: bool
    other: str  # the other side


def _rows(referrals: list[Any], other: str) -> list[Row]:
    due, today = answers_due(referrals), timezone.localdate()
    return [
        Row(
            each,
            record_url(each),
            due.get(each.pk),
            each.pk in due and due[each.pk] < today,
            str(getattr(each, other) or each.recipient),
        )
        for each in referrals
    ]


class ReferralsPanel(Component):
    """A list of referrals on the start page. `told` says of a user what stands in it."""

    template_name = "cases/referrals/desk.html"

    def __init__(
        self, name: str, *, order: int, heading: str, nothing: str, told: Callable[[Any], Told]
    ) -> None:
        self.name, self.order = name, order
        self.heading, self.nothing, self.told = heading, nothing, told

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "id": self.name,
            "heading": self.heading,
            "nothing": self.nothing,
            "url": address(Referral, "list"),
            **self.told(parent_context["request"].user)._asdict(),
        }


class Told(NamedTuple):
    """`expiring`: (referral, its page, last day of its consent, whether that is over)."""

    rows: list[Row]
    total: int
    incoming: bool
    expiring: Sequence[tuple[Any, str, datetime.date, bool]] = ()


def received_panel() -> ReferralsPanel:
    """What waits for an answer or a result here."""
    return ReferralsPanel(
        "referrals-received",
        order=6,
        heading=_("Vermittlungen an uns"),
        nothing=_("Keine Vermittlung wartet auf Sie."),
        told=_received,
    )


def _received(user: Any) -> Told:
    found = received_by(user)
    return Told(_rows(list(found[:SHOWN]), "unit"), found.count(), incoming=True)


def waiting_panel() -> ReferralsPanel:
    """What this unit sent; and the consents that are about to end."""
    return ReferralsPanel(
        "referrals-waiting",
        order=7,
        heading=_("Unsere Vermittlungen: wartet auf Antwort"),
        nothing=_("Alle Vermittlungen sind beantwortet."),
        told=_sent,
    )


def _sent(user: Any) -> Told:
    found, today = waiting_for(user), timezone.localdate()
    expiring = [
        (each, record_url(each), each.consent.expires_on, each.consent.expires_on < today)
        for each in expiring_for(user, today)[:SHOWN]
    ]
    rows = _rows(list(found[:SHOWN]), "to_unit")
    return Told(rows, found.count(), incoming=False, expiring=expiring)


def has_received(user: Any) -> bool:
    return policy_of(Referral).may(user, rules.ANSWER)


def has_sent(user: Any) -> bool:
    return policy_of(Referral).may(user, rules.PROCEED)
