"""The interviews of a day on the start page of whoever holds them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.naming import related_names
from cases.interviews import queries, rules
from cases.interviews.panels import address
from cases.models import IntakeInterview

_DAY = datetime.timedelta(days=1)


class Row(NamedTuple):
    """`go_url`: where the interview is held, "" once it is over."""

    interview: IntakeInterview
    name: str
    url: str
    go_url: str
    begins: bool
    may_check_in: bool


def holds_interviews(user: Any) -> bool:
    return policy_of(IntakeInterview).may(user, rules.PROCEED)


class TodayPanel(Component):
    """Who waits first, then who is due, then what is over. Other days by the address."""

    order = 1
    name = "interviews"
    template_name = "cases/interviews/today.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        request = parent_context["request"]
        today = timezone.localdate()
        day = _day_of(request.GET.get("tag", "")) or today
        rows = _rows(day, request.user)
        return {
            "csrf_token": get_token(request),  # a panel does not inherit it from the page
            "day": day,
            "is_today": day == today,
            "earlier": (day - _DAY).isoformat(),
            "later": (day + _DAY).isoformat(),
            "rows": rows,
            "waiting": sum(row.interview.state == rules.State.WAITING for row in rows),
            "walk_in_url": address(IntakeInterview, "walk_in"),
            "add_url": address(IntakeInterview, "add"),
            "home_url": reverse("wagtailadmin_home"),
        }


def _day_of(text: str) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if datetime.date.min + _DAY < day < datetime.date.max - _DAY else None


def _rows(day: datetime.date, user: Any) -> list[Row]:
    interviews = queries.interviews_on(day, user)
    names = related_names(interviews, ["person"], user)
    rows = []
    for each in interviews:
        ahead = each.state in rules.AHEAD
        goes_on = ahead or each.state == rules.State.RUNNING
        rows.append(
            Row(
                each,
                names["person", each.person_id],
                record_url(each),
                address(IntakeInterview, "interview", each.pk) if goes_on else "",
                ahead,
                each.state == rules.State.SCHEDULED,
            )
        )
    return rows
