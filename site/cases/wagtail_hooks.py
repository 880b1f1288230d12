"""Registrations only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from cases.interviews.today import TodayPanel, holds_interviews


@hooks.register("insert_global_admin_css")
def interview_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("cases/interview.css"))


@hooks.register("construct_homepage_panels", order=105)
def interviews_first(request: HttpRequest, panels: list[Any]) -> None:
    if holds_interviews(request.user):
        panels.insert(0, TodayPanel())
