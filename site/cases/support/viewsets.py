"""How staff see support cases and contact notes."""

from __future__ import annotations

from typing import Any

from django.urls import path

from agenda.panels import DeadlinesAndTasks
from backoffice.forms import edit_handler_of
from backoffice.viewsets import CollectionViewSet
from cases.answering import AnswerForm
from cases.models import ContactNote, SupportCase
from cases.support import panels, views
from cases.support.actions import SUPPORT_STEPS
from cases.support.forms import ContactNoteForm, SupportForm


class SupportCaseViewSet(CollectionViewSet):
    model = SupportCase
    add_view_class = views.SupportCreateView
    edit_view_class = views.SupportEditView
    inspect_view_class = views.SupportDetailView
    steps = SUPPORT_STEPS
    step_forms = {"close": AnswerForm, "transfer": AnswerForm}
    panels = (panels.Story, DeadlinesAndTasks)

    def get_edit_handler(self) -> Any:
        handler = edit_handler_of(self.model)
        handler.base_form_class = SupportForm
        return handler

    def get_urlpatterns(self) -> list[Any]:
        note = path("<int:pk>/note/", self.construct_view(views.NoteView), name="note")
        return [*super().get_urlpatterns(), note]


class ContactNoteViewSet(CollectionViewSet):
    model = ContactNote
    add_view_class = views.ContactNoteCreateView

    def get_edit_handler(self) -> Any:
        handler = edit_handler_of(self.model)
        handler.base_form_class = ContactNoteForm
        return handler
