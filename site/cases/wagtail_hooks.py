"""Registrations only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from access.policy import policy_of
from cases.desk import panels_for
from cases.interviews.today import TodayPanel, holds_interviews
from cases.models import IntakeInterview, SchoolPlacement
from cases.quarter.views import InterviewQuarterFileView, InterviewQuarterView
from cases.referrals.panels import has_received, has_sent, received_panel, waiting_panel
from cases.referrals.views import TakeAwayView
from cases.school.views import WaitingListView


@hooks.register("insert_global_admin_css")
def interview_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cases/interview.css"))


@hooks.register("insert_global_admin_css")
def referrals_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cases/referrals.css"))


@hooks.register("insert_global_admin_css")
def support_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cases/support.css"))


@hooks.register("construct_homepage_panels", order=100)
def what_waits_for_the_team(request: HttpRequest, panels: list[Any]) -> None:
    panels += panels_for(request.user)


@hooks.register("construct_homepage_panels", order=105)
def interviews_first(request: HttpRequest, panels: list[Any]) -> None:
    if holds_interviews(request.user):
        panels.insert(0, TodayPanel())


@hooks.register("construct_homepage_panels", order=110)
def referrals_on_the_desk(request: HttpRequest, panels: list[Any]) -> None:
    if has_received(request.user):
        panels.append(received_panel())
    if has_sent(request.user):
        panels.append(waiting_panel())


@hooks.register("register_admin_urls")
def take_away_sheet() -> list[URLPattern]:
    view = TakeAwayView.as_view()
    return [path("cases/intakeinterview/<int:pk>/blatt/", view, name="cases_take_away")]


@hooks.register("register_admin_urls")
def support_pages() -> list[URLPattern]:
    return [
        path("ankunftszahlen/", InterviewQuarterView.as_view(), name="interview_quarter"),
        path(
            "ankunftszahlen.csv", InterviewQuarterFileView.as_view(), name="interview_quarter_file"
        ),
        path("wartelisten/", WaitingListView.as_view(), name="school_waiting_list"),
    ]


class SeenByViewers(MenuItem):
    """A page over one collection, shown to whoever may view the collection."""

    def __init__(self, *args: Any, model: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model = model

    def is_shown(self, request: HttpRequest) -> bool:
        return policy_of(self.model).may(request.user, "view")


@hooks.register("register_admin_menu_item")
def interview_figures_item() -> MenuItem:
    return SeenByViewers(
        _("Ankunftszahlen"),
        reverse_lazy("interview_quarter"),
        icon_name="calendar-alt",
        order=111,
        model=IntakeInterview,
    )


@hooks.register("register_admin_menu_item")
def waiting_lists_item() -> MenuItem:
    return SeenByViewers(
        _("Wartelisten"),
        reverse_lazy("school_waiting_list"),
        icon_name="list-ul",
        order=112,
        model=SchoolPlacement,
    )
