"""Addresses of the one-click steps, under `admin/fristen-und-aufgaben/`."""

from __future__ import annotations

from django.urls import path

from agenda.actions import DEADLINE_STEPS, TASK_STEPS
from agenda.views import QuickStepView

app_name = "agenda"
urlpatterns = [
    path(
        "aufgaben/<int:pk>/erledigt/",
        QuickStepView.as_view(steps=TASK_STEPS, verb="finish", kind="aufgabe"),
        name="finish_task",
    ),
    path(
        "aufgaben/<int:pk>/wieder-oeffnen/",
        QuickStepView.as_view(steps=TASK_STEPS, verb="reopen"),
        name="reopen_task",
    ),
    path(
        "fristen/<int:pk>/erledigt/",
        QuickStepView.as_view(steps=DEADLINE_STEPS, verb="complete", kind="frist"),
        name="complete_deadline",
    ),
    path(
        "fristen/<int:pk>/wieder-laufen/",
        QuickStepView.as_view(steps=DEADLINE_STEPS, verb="resume"),
        name="resume_deadline",
    ),
]
