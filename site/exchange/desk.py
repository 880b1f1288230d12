"""The start page of the admin: imports that wait for this person. Nothing is shown for none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from access.policy import policy_of
from exchange.models import ImportRun
from exchange.queries import visible_runs
from exchange.rules import DONE, RUNNING, State

SHOWN = 10
RECENT = timedelta(days=7)


class Waiting(NamedTuple):
    run: ImportRun
    what: str


class ImportsPanel(Component):
    order = 20
    name = "imports"
    template_name = "exchange/desk.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"waiting": waiting_for(parent_context["request"].user)}


def waiting_for(user: Any) -> list[Waiting]:
    """Others' imports this person may confirm, and the person's own that are not through."""
    own = Q(uploaded_by=user)
    recent = Q(finished_at__gt=timezone.now() - RECENT)
    runs = visible_runs(user).filter(
        Q(state=State.REQUESTED)
        | own & Q(state__in=(State.PLANNED, *RUNNING))
        | own & Q(state=State.FAILED) & recent
        | own & Q(state__in=DONE, refused_count__gt=0, undone_by=None) & recent
    )
    return [
        Waiting(run, _what(run, user))
        for run in runs.order_by("-pk")[:SHOWN]
        if run.state != State.REQUESTED or policy_of(run.model).may(user, "import")
    ]


def _what(run: ImportRun, user: Any) -> str:
    if run.state == State.REQUESTED:
        if user.pk in (run.uploaded_by_id, run.requested_by_id):
            return _("wartet auf eine zweite Person")
        return _("wartet auf Ihre Bestätigung")
    if run.state == State.PLANNED:
        return _("geprüft, noch nicht bestätigt")
    if run.state in DONE:
        return _("übernommen; abgelehnte Zeilen sind noch zu berichtigen")
    return run.state_label
