"""How deadlines and tasks differ from a collection in general."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from agenda.actions import DEADLINE_STEPS, TASK_STEPS
from agenda.appointments.actions import REQUEST_STEPS
from agenda.forms import TaskForm
from agenda.models import AppointmentRequest, Deadline, Task
from agenda.panels import About, DeadlinesAndTasks
from agenda.queries import record_called
from agenda.rules import UNFINISHED, DeadlineState, time_left
from backoffice.columns import Column
from backoffice.forms import edit_handler_of
from backoffice.views.editing import RecordCreateView
from backoffice.views.listing import RecordListView
from backoffice.viewsets import CollectionViewSet


class AgendaListView(RecordListView):
    """Says how much time is left, and loads the people named with the rows."""

    def get_base_queryset(self) -> models.QuerySet[models.Model]:
        return super().get_base_queryset().select_related("assignee")

    @cached_property
    def columns(self) -> list[Column]:
        title, *others = super().columns
        left = Column("time_left", label=_("Fällig"), accessor=_time_left)
        return [title, left, *others]


def _time_left(record: Any) -> str:
    runs = record.state in (DeadlineState.RUNNING, *UNFINISHED)
    return time_left(record.due_on, timezone.localdate()) if runs else ""


class TaskCreateView(RecordCreateView):
    """Takes from the address what the task is about: `add/?about=buildings.building:12`."""

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"about": self.request.GET.get("about", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        named = context["form"]["about"].value() or ""
        return context | {"about": record_called(named, self.request.user)}


class TaskViewSet(CollectionViewSet):
    model = Task
    steps = TASK_STEPS
    panels = (About,)
    index_view_class = AgendaListView
    add_view_class = TaskCreateView

    def get_edit_handler(self) -> Any:
        handler = edit_handler_of(Task)
        handler.base_form_class = TaskForm
        about = FieldPanel("about", attrs={"hidden": True})
        handler.children.append(about.bind_to_model(Task))
        return handler


class DeadlineViewSet(CollectionViewSet):
    model = Deadline
    steps = DEADLINE_STEPS
    panels = (About,)
    index_view_class = AgendaListView


class AppointmentRequestViewSet(CollectionViewSet):
    model = AppointmentRequest
    steps = REQUEST_STEPS
    panels = (DeadlinesAndTasks,)
