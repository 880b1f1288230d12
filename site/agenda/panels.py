"""Sections on record pages: what is due about a record, and what a task or deadline is about."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.policy import policy_of
from agenda.models import Deadline, Task
from agenda.queries import agenda_of, owners_within_reach
from agenda.rules import UNFINISHED, DeadlineState, time_left, urgency
from backoffice.choosers import record_url
from backoffice.naming import headline
from backoffice.panels import RecordPanel


class Line(NamedTuple):
    """A deadline or task of the record. `running`: it still has to be seen to."""

    record: Deadline | Task
    url: str
    running: bool
    urgency: str
    time_left: str


class DeadlinesAndTasks(RecordPanel):
    """What is due about this record: `panels = (DeadlinesAndTasks,)` on its viewset."""

    heading = _("Fristen und Aufgaben")
    template_name = "agenda/record_panel.html"

    def get_context(self, record: Model, user: Any, request: Any) -> dict[str, Any] | None:
        policies = policy_of(Deadline), policy_of(Task)
        if not any(policy.may(user, "view") for policy in policies):
            return None
        deadlines, tasks = agenda_of(record, user)
        return {
            "deadlines": [_line(deadline) for deadline in deadlines],
            "tasks": [_line(task) for task in tasks],
            "add_url": _add_url(record) if policy_of(Task).may(user, "add") else "",
        }


def _line(record: Deadline | Task) -> Line:
    today = timezone.localdate()
    running = record.state in (DeadlineState.RUNNING, *UNFINISHED)
    level = urgency(record.due_on, today) if running else ""
    left = time_left(record.due_on, today) if running else ""
    return Line(record, record_url(record), running, level, left)


def _add_url(record: Model) -> str:
    add = reverse(Task.snippet_viewset.get_url_name("add"))  # type: ignore[attr-defined]
    return f"{add}?{urlencode({'about': f'{record._meta.label_lower}:{record.pk}'})}"


class About(RecordPanel):
    """What a deadline or task is about: a link to the record, if the person may view it."""

    heading = _("Worum es geht")
    template_name = "agenda/about_panel.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        if not record.owner_collection:
            return None
        owners = owners_within_reach([record], user)
        owner = owners.get((record.owner_collection, record.owner_pk))
        if owner is None:
            return {"reference": record.owner_reference}
        return {
            "reference": record.owner_reference,
            "url": record_url(owner),
            "name": headline(owner, user),
            "kind": owner._meta.verbose_name,
        }
