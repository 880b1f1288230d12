"""The start page of the admin: what is due for this person and their units, overdue first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.db.models import Model
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from access.policy import policy_of
from agenda.models import Deadline, Task
from agenda.queries import Entry, due_for
from agenda.rules import DeadlineState, TaskState, Urgency
from backoffice.choosers import record_url

ICONS = {
    Urgency.OVERDUE: "warning",
    Urgency.TODAY: "time",
    Urgency.SOON: "calendar",
    Urgency.OPEN_END: "tasks",
}
#: What the address names after a click on "Erledigt": kind → model, end, address of the way back.
JUST_DONE = {
    "aufgabe": (Task, TaskState.DONE, "agenda:reopen_task"),
    "frist": (Deadline, DeadlineState.DONE, "agenda:resume_deadline"),
}


class Row(NamedTuple):
    """One line. `done_url`: empty where the person may only look."""

    entry: Entry
    url: str
    owner_url: str
    done_url: str


class Section(NamedTuple):
    urgency: Urgency
    icon: str
    rows: list[Row]


class AgendaPanel(Component):
    order = 5
    name = "agenda"
    template_name = "agenda/desk.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        request = parent_context["request"]
        user = request.user
        if not (policy_of(Task).may(user, "view") or policy_of(Deadline).may(user, "view")):
            return {"shown": False}
        due = due_for(user, timezone.localdate())
        done, undo_url = _just_done(request)
        return {
            "shown": True,
            "csrf_token": get_token(request),  # a panel does not inherit it from the page
            "sections": list(_sections(due.sections, user)),
            "more": due.more,
            "tasks_url": _list_of(Task),
            "deadlines_url": _list_of(Deadline),
            "add_url": _add_url(user),
            "done": done,
            "undo_url": undo_url,
        }


def _sections(found: Mapping[Urgency, list[Entry]], user: Any) -> Iterator[Section]:
    settling = {
        Task: ("agenda:finish_task", policy_of(Task).may(user, "change")),
        Deadline: ("agenda:complete_deadline", policy_of(Deadline).may(user, "settle")),
    }
    for level, entries in found.items():
        rows = []
        for entry in entries:
            name, may = settling[type(entry.record)]
            done_url = reverse(name, args=(entry.record.pk,)) if may else ""
            owner_url = record_url(entry.owner) if entry.owner else ""
            rows.append(Row(entry, record_url(entry.record), owner_url, done_url))
        yield Section(level, ICONS[level], rows)


def _just_done(request: Any) -> tuple[Model | None, str]:
    """What the click before this page settled, and the way to take that back."""
    kind, _colon, number = request.GET.get("erledigt", "").partition(":")
    if kind not in JUST_DONE or not number.isdecimal():
        return None, ""
    model, end, name = JUST_DONE[kind]
    done = policy_of(model).visible(request.user).filter(pk=int(number[:18]), state=end).first()
    return done, reverse(name, args=(done.pk,)) if done else ""


def _list_of(model: Any) -> str:
    return reverse(model.snippet_viewset.get_url_name("list"))


def _add_url(user: Any) -> str:
    if not policy_of(Task).may(user, "add"):
        return ""
    return reverse(Task.snippet_viewset.get_url_name("add"))  # type: ignore[attr-defined]
