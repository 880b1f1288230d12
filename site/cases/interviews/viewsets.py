"""The screens of interviews and question sets, where they differ from what declarations give."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.panels import DeadlinesAndTasks
from backoffice.forms import RecordForm, edit_handler_of
from backoffice.views.editing import RecordCreateView
from backoffice.views.record import RecordDetailView
from backoffice.viewsets import CollectionViewSet
from cases.interviews import reading
from cases.interviews.actions import INTERVIEW_STEPS, QUESTION_SET_STEPS, schedule
from cases.interviews.panels import AnswersPanel, LeftoverPanel, QuestionsPanel, TopicsPanel
from cases.interviews.preview import PreviewView
from cases.interviews.removal import MemberRemovalView
from cases.interviews.views import AmendView, InterviewView, WalkInView
from cases.models import (
    IntakeInterview,
    InterviewAnswer,
    InterviewTopic,
    Question,
    QuestionSet,
)
from cases.referrals.panels import ReferralsOfInterview

#: What an appointment is made with. Everything else belongs to the interview itself.
_OF_APPOINTMENT = (
    *("person", "household", "held_on", "starts_at", "officer", "language", "interpreter"),
    *("dwelling", "unit", "seen_version"),
)


class InterviewForm(RecordForm):
    """A new one is an appointment."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            for name in set(self.fields) - set(_OF_APPOINTMENT):
                del self.fields[name]


class InterviewDetailView(RecordDetailView):
    told_by_panels = (InterviewAnswer, InterviewTopic)


class QuestionSetDetailView(RecordDetailView):
    told_by_panels = (Question,)


class AppointmentView(RecordCreateView):
    page_title = gettext_lazy("Termin vereinbaren")
    submit_button_label = gettext_lazy("Termin vereinbaren")

    def save_instance(self) -> models.Model:
        given = dict(self.form.cleaned_data)
        given.pop("seen_version", None)
        fixed = ("person", "held_on", "starts_at", "officer", "unit")
        return schedule(
            **{name: given.pop(name, None) for name in fixed}, user=self.request.user, **given
        )

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)


class IntakeInterviewViewSet(CollectionViewSet):
    model = IntakeInterview
    add_view_class = AppointmentView
    inspect_view_class = InterviewDetailView
    steps = INTERVIEW_STEPS
    panels = (LeftoverPanel, AnswersPanel, TopicsPanel, ReferralsOfInterview, DeadlinesAndTasks)

    def get_edit_handler(self) -> Any:
        handler = edit_handler_of(self.model)
        handler.base_form_class = InterviewForm
        return handler

    def get_urlpatterns(self) -> list[Any]:
        interview = self.construct_view(InterviewView, steps=self.steps)
        amend = self.construct_view(AmendView, steps=self.steps)
        removal = self.construct_view(MemberRemovalView, steps=self.steps)
        return [
            *super().get_urlpatterns(),
            path("walk-in/", self.construct_view(WalkInView), name="walk_in"),
            path("<int:pk>/interview/", interview, name="interview"),
            path("<int:pk>/amend/", amend, name="amend"),
            path("<int:pk>/remove-member/", removal, name="remove_member"),
        ]


class QuestionForm(RecordForm):
    """In the form, the question that another depends on has to be there already."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        question_set = cleaned.get("question_set")
        try:
            condition = reading.read_condition(cleaned.get("condition") or "")
        except reading.Unreadable:
            return cleaned  # the model says so
        by_itself = condition is not None and condition.key == cleaned.get("key")
        if condition is not None and question_set is not None and not by_itself:
            there = Question.objects.filter(question_set=question_set, key=condition.key)
            if not there.exists():
                self.add_error(
                    "condition", _("Eine Frage „%s“ gibt es hier noch nicht.") % condition.key
                )
        return cleaned


class QuestionViewSet(CollectionViewSet):
    model = Question

    def get_edit_handler(self) -> Any:
        handler = edit_handler_of(self.model)
        handler.base_form_class = QuestionForm
        return handler


class QuestionSetViewSet(CollectionViewSet):
    model = QuestionSet
    inspect_view_class = QuestionSetDetailView
    steps = QUESTION_SET_STEPS
    panels = (QuestionsPanel,)

    def get_urlpatterns(self) -> list[Any]:
        preview = self.construct_view(PreviewView)
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/preview/", preview, name="preview"),
        ]
