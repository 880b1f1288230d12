"""The start page of the helping side: per role what waits, and numbers without names for the head."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from access.policy import policy_of
from agenda.models import Deadline
from agenda.rules import DeadlineState
from cases.interviews import rules as interview_rules
from cases.models import IntakeInterview, Referral, SchoolPlacement, SupportCase
from cases.models.rights import COUNT
from cases.referrals import rules as referral_rules
from cases.school import rules as school_rules
from cases.school.panels import SchoolDesk
from cases.support import rules as support_rules
from cases.support.panels import DueSteps


class Number(NamedTuple):
    """One number of work. `more`: what of it needs an eye, in words."""

    label: str
    value: int
    more: str = ""


class Numbers(Component):
    """How much there is to do on the helping side, for who has the right to count and no more.

    Numbers of work, never of people's attributes; none leads to a record.
    """

    order = 8
    name = "numbers"
    template_name = "cases/numbers.html"

    @staticmethod
    def shown_to(user: Any) -> bool:
        counted = (IntakeInterview, Referral, SupportCase, SchoolPlacement)
        return any(policy_of(model).may(user, COUNT) for model in counted)

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        today = timezone.localdate()
        counts = (
            *_interviews(user, today),
            *_referrals(user, today),
            *_support(user),
            *_placements(user),
        )
        return {"numbers": counts}


def _countable(model: Any, user: Any) -> Any:
    return policy_of(model).visible(user, COUNT)


def _interviews(user: Any, today: datetime.date) -> list[Number]:
    if not policy_of(IntakeInterview).may(user, COUNT):
        return []
    monday = today - datetime.timedelta(days=today.weekday())
    week = _countable(IntakeInterview, user).filter(
        held_on__gte=monday, held_on__lt=monday + datetime.timedelta(days=7)
    )
    week = week.exclude(state__in=(interview_rules.State.CANCELLED, interview_rules.State.NO_SHOW))
    waiting = week.filter(held_on=today, state=interview_rules.State.WAITING).count()
    told = ngettext("%(count)d wartet gerade", "%(count)d warten gerade", waiting)
    return [
        Number(
            _("Ankunftsgespräche heute"),
            week.filter(held_on=today).count(),
            told % {"count": waiting} if waiting else "",
        ),
        Number(_("Ankunftsgespräche diese Woche"), week.count()),
    ]


def _referrals(user: Any, today: datetime.date) -> list[Number]:
    if not policy_of(Referral).may(user, COUNT):
        return []
    open_ones = _countable(Referral, user).filter(state__in=referral_rules.UNDER_WAY)
    late = Deadline.objects.filter(
        owner_collection=Referral._meta.label_lower,
        owner_pk__in=open_ones.values("pk"),
        kind=referral_rules.ANSWER_DUE,
        state=DeadlineState.RUNNING,
        due_on__lt=today,
    ).count()
    told = _("%(count)d ohne Antwort nach Ablauf der Frist") % {"count": late}
    return [Number(_("Offene Vermittlungen"), open_ones.count(), told if late else "")]


def _support(user: Any) -> list[Number]:
    if not policy_of(SupportCase).may(user, COUNT):
        return []
    going_on = _countable(SupportCase, user).filter(state__in=support_rules.GOING_ON)
    return [Number(_("Laufende Begleitungen"), going_on.count())]


def _placements(user: Any) -> list[Number]:
    if not policy_of(SchoolPlacement).may(user, COUNT):
        return []
    looking = (school_rules.State.REPORTED, school_rules.State.WAITING)
    waiting = _countable(SchoolPlacement, user).filter(state__in=looking)
    return [Number(_("Kinder ohne Schulplatz"), waiting.count())]


#: In the order of the start page. Referrals that wait come first, from their own room.
PANELS: tuple[Any, ...] = (DueSteps, SchoolDesk, Numbers)


def panels_for(user: Any) -> list[Component]:
    return [panel() for panel in PANELS if panel.shown_to(user)]
