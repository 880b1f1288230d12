"""Screens of support cases and contact notes that the declarations do not give."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from access.policy import policy_of
from backoffice.views.editing import RecordCreateView, RecordEditView
from backoffice.views.record import RecordDetailView, RecordPage
from cases.models import ContactNote, SupportCase
from cases.opening import from_referral
from cases.support.actions import add_note, plan_next
from cases.support.forms import NoteForm
from cases.support.panels import may_write
from workflow import Refused


class SupportCreateView(RecordCreateView):
    """A new case is accompanied by whoever opens it; its next step becomes a task at once."""

    def get_initial(self) -> dict[str, Any]:
        initial = from_referral(super().get_initial(), self.request.user)
        return {"case_worker": self.request.user.pk, **initial}

    def save_instance(self) -> models.Model:
        with transaction.atomic():
            case: Any = super().save_instance()
            plan_next(case)
        return case


class SupportEditView(RecordEditView):
    """A next step changed in the form is another task."""

    def save_instance(self) -> models.Model:
        with transaction.atomic():
            case: Any = super().save_instance()
            if {"next_step", "next_on", "case_worker", "unit"} & set(self.form.changed_data):
                plan_next(case)
        return case


class SupportDetailView(RecordDetailView):
    """Its notes stand in the story, not once more among what refers to it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        told = capfirst(str(ContactNote._meta.verbose_name_plural))
        context["related"] = [each for each in context["related"] if each.label != told]
        context["writes"] = may_write(self.object, self.request.user)
        return context


class NoteView(RecordPage):
    """The quick note: sent from the page of the case, shown here again where something is wrong."""

    model = SupportCase
    verb = "change"
    template_name = "cases/support/note.html"
    page_title = gettext_lazy("Kontaktvermerk")

    @property
    def header_buttons(self) -> list[Any]:
        return []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not policy_of(ContactNote).may(request.user, "add"):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", NoteForm())
        kwargs.setdefault("problems", [])
        return super().get_context_data(
            **kwargs, note_url=self.request.path, back_url=self._url(self.inspect_url_name)
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note("view", self.object.pk, screen="note")
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        note = ContactNote(support_case=self.object, unit=self.object.unit)
        form = NoteForm(request.POST, instance=note)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        try:
            stored = add_note(form.save(commit=False))
        except Refused as refusal:
            context = self.get_context_data(form=form, problems=refusal.messages)
            return self.render_to_response(context, status=409)
        messages.success(request, _("%(reference)s gespeichert.") % {"reference": stored})
        return redirect(self._url(self.inspect_url_name) + "#verlauf")


class ContactNoteCreateView(RecordCreateView):
    """The long form; its next step becomes that of the case, as with the quick note."""

    def save_instance(self) -> models.Model:
        return add_note(self.form.save(commit=False))
