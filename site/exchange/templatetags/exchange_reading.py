"""`{% reading_of run may_import %}`: what is doubtful about how a table was read, and the remedy."""

from __future__ import annotations

from typing import Any

from django import template

from exchange.mapping.form import MappingForm, ProfileForm
from exchange.mapping.profiles import deviations
from exchange.mapping.rereading import can_be_read_again
from exchange.models import ImportRun
from exchange.rules import State

register = template.Library()

MOST = 60  # headings on the plan itself; a wider table has a page for them


@register.inclusion_tag("exchange/includes/reading.html", takes_context=True)
def reading_of(context: Any, run: ImportRun, may_import: bool) -> dict[str, Any]:
    """Nothing for a run whose table is out of the question by now."""
    if run.running or not can_be_read_again(run):
        return {}
    doubts = sorted(run.seen.get("doubts", {}).items(), key=lambda doubt: -doubt[1])
    shown = {"run": run, "doubts": doubts, "deviations": deviations(run)}
    if not may_import:
        return shown
    form = MappingForm(run) if len(run.headings) <= MOST else None
    if form is not None and not form.fields:  # a picture: no other way of reading makes it a table
        return shown
    return shown | {
        "form": form,
        "may_import": True,
        "failed": run.state == State.FAILED,
        "profile_form": ProfileForm(run) if run.state == State.PLANNED else None,
    }
