"""Taking a step: what will happen is said first, what stands against it is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from backoffice.forms import RecordForm
from backoffice.views.record import RecordPage
from workflow.steps import Refused, Steps
from workflow.table import Transition


class StepFields(RecordForm):
    """The fields of the record that a step asks for, and the reason. Also those no form has."""

    transition: Transition

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.transition.requires:
            self.fields[name].required = True
        reason = self.fields["change_reason"]
        reason.label = _("Grund") if self.transition.reason else _("Anmerkung für den Verlauf")
        reason.required = self.transition.reason
        self.order_fields([*self.transition.sets, "change_reason"])

    def settable(self) -> set[str]:
        return {field.name for field in self.policy.fields(self.for_user)}


class RecordStepView(RecordPage):
    """One step of one record. GET says what it means and asks; POST takes it.

    Who cannot see the record meets nothing; who sees it and may not take the step is told so.
    """

    template_name = "backoffice/step.html"
    steps: Steps
    verb_of_step = ""
    #: Made with `record` and `user`, besides what was sent.
    step_form: Callable[..., forms.Form] | None = None
    page_title = gettext_lazy("Arbeitsschritt")

    @cached_property
    def transition(self) -> Transition:
        return self.steps.table[self.verb_of_step]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.steps.may(request.user, self.transition, self.object):
            return super().dispatch(request, *args, **kwargs)
        # Not raised: Wagtail would make a redirect to the start page of it.
        self.note("denied", self.object.pk, step=self.verb_of_step)
        told = self.steps.barred(request.user, self.transition, self.object) or _(
            "Diesen Arbeitsschritt darf Ihre Rolle nicht ausführen."
        )
        return self.render_to_response(self.get_context_data(barred=told, forms=[]), status=403)

    def _forms(self, data: Any = None, files: Any = None) -> list[forms.BaseForm]:
        fields = type("Fields", (StepFields,), {"transition": self.transition})
        made: list[forms.BaseForm] = []
        if self.step_form is not None:
            made.append(self.step_form(data, files, record=self.object, user=self.request.user))
        sets = list(self.transition.sets)
        model_form: Any = modelform_factory(self.model, form=fields, fields=sets)
        made.append(model_form(data, files, instance=self.object, for_user=self.request.user))
        return made

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        possible = self.transition.starts_from(self.steps.state(self.object))
        if "forms" not in kwargs:
            kwargs["forms"] = self._forms()
        kwargs.setdefault("problems", [])
        return super().get_context_data(
            **kwargs,
            transition=self.transition,
            possible=possible,
            against=self.steps.against(self.transition, self.object) if possible else [],
            hints=self.steps.hinted(self.transition, self.object) if possible else [],
            media=sum((form.media for form in kwargs["forms"]), forms.Media()),
            multipart=any(form.is_multipart() for form in kwargs["forms"]),
            cancel_url=self._url(self.inspect_url_name),
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note("view", self.object.pk, screen="step")
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        bound = self._forms(request.POST, request.FILES)
        if not all([form.is_valid() for form in bound]):
            # Validating has put the values on the instance: the page speaks of the stored record.
            self.object.refresh_from_db()
            return self.render_to_response(self.get_context_data(forms=bound), status=422)
        data = {name: value for form in bound for name, value in form.cleaned_data.items()}
        reason = data.pop("change_reason", "")
        data.pop("seen_version", None)
        try:
            record = self.steps.perform(
                self.object, self.verb_of_step, user=request.user, reason=reason, data=data
            )
        except Refused as refusal:
            return self._refused(bound, refusal.messages)
        except ValidationError as error:
            return self._faulty(bound, error)
        said = {"label": self.transition.label, "state": self.steps.state_in_words(record)}
        messages.success(request, _("„%(label)s“ ausgeführt. Stand jetzt: %(state)s.") % said)
        return redirect(self._url(self.inspect_url_name))

    def _faulty(self, bound: list[Any], error: ValidationError) -> HttpResponse:
        """What a value is refused for stands at its field; above all if this page asks no such field."""
        if not hasattr(error, "error_dict"):
            return self._refused(bound, error.messages)
        problems = []
        for name, texts in error.message_dict.items():
            asking = next((form for form in bound if name in form.fields), None)
            if asking is None:
                problems += [self._after_its_name(name, text) for text in texts]
            else:
                asking.add_error(name, texts)
        if problems:
            return self._refused(bound, problems)
        self.object.refresh_from_db()
        return self.render_to_response(self.get_context_data(forms=bound), status=422)

    def _after_its_name(self, name: str, text: str) -> str:
        """A step may store further records, whose fields this one has not."""
        try:
            return f"{self.model._meta.get_field(name).verbose_name}: {text}"
        except FieldDoesNotExist:
            return text

    def _refused(self, bound: list[forms.BaseForm], problems: list[str]) -> HttpResponse:
        self.object.refresh_from_db()
        context = self.get_context_data(forms=bound, problems=problems)
        return self.render_to_response(context, status=409)
