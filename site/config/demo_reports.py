"""Invented reports of the demo: each in another state, so that the inbox is no empty list."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from django.utils import timezone

from config.demo_plans import DEMO
from inspections.models import DefectReport
from inspections.reports import actions


def load_reports(file: Path) -> None:
    """The reports of the file; nothing if there are reports already."""
    if DefectReport.objects.exists():
        return
    for told in json.loads(file.read_text("utf-8")):
        _load(told)


def _load(told: dict[str, Any]) -> None:
    question, step, to = (told.pop(name, "") for name in ("question", "step", "to"))
    received_at = timezone.now() - datetime.timedelta(days=told.pop("days_ago"))
    report = actions.receive(DefectReport(received_at=received_at, **told), user=DEMO).report
    if question:
        report = actions.REPORT_STEPS.perform(report, "screen", user=DEMO)
        actions.ask(report, text=question, user=DEMO)
    elif step == "open_case":
        actions.open_case(report, user=DEMO)
    elif step == "forward":
        actions.forward(report, to=to, user=DEMO)
