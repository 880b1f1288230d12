"""Registrations only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from wagtail import hooks

from cases.interviews.today import TodayPanel, holds_interviews
from cases.referrals.panels import ReceivedPanel, WaitingPanel, has_received, has_sent
from cases.referrals.views import TakeAwayView


@hooks.register("insert_global_admin_css")
def interview_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cases/interview.css"))


@hooks.register("insert_global_admin_css")
def referrals_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cases/referrals.css"))


@hooks.register("construct_homepage_panels", order=105)
def interviews_first(request: HttpRequest, panels: list[Any]) -> None:
    if holds_interviews(request.user):
        panels.insert(0, TodayPanel())


@hooks.register("construct_homepage_panels", order=110)
def referrals_on_the_desk(request: HttpRequest, panels: list[Any]) -> None:
    if has_received(request.user):
        panels.append(ReceivedPanel())
    if has_sent(request.user):
        panels.append(WaitingPanel())


@hooks.register("register_admin_urls")
def take_away_sheet() -> list[URLPattern]:
    view = TakeAwayView.as_view()
    return [path("cases/intakeinterview/<int:pk>/blatt/", view, name="cases_take_away")]
