"""The steps of a report: one thing a page, in their order, and what their answers come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from inspections.models import DefectReport
from inspections.reports.rules import Channel, ReporterKind
from pages.reporting.drafts import Answers
from pages.reporting.forms import PublicForm, text_language
from pages.reporting.questions import (
    NO,
    YES,
    AboutForm,
    PhotosForm,
    WhatForm,
    WhenForm,
    WhereForm,
)


class Step(NamedTuple):
    """One page. `name` is what the form says of itself; the reader sees `title`."""

    name: str
    title: Any
    form: type[PublicForm]

    @property
    def fields(self) -> list[str]:
        return [name for name in self.form.base_fields if name != "website"]

    def filled(self, answers: Answers) -> PublicForm:
        """The form as if it had been sent with these answers."""
        return self.form(MultiValueDict({name: answers.get(name, []) for name in self.fields}))

    def shown(self, answers: Answers) -> PublicForm:
        """The form to go on with, without a word about what is missing yet."""
        initial = {
            name: self._initial(name, answers[name]) for name in self.fields if name in answers
        }
        return self.form(initial=initial)

    def _initial(self, name: str, values: list[str]) -> Any:
        field = self.form.base_fields[name]
        if isinstance(field, forms.MultipleChoiceField):
            return values
        if isinstance(field, forms.BooleanField):
            return bool(values)
        return values[0] if values else ""


STEPS = (
    Step("what", _("Worum geht es?"), WhatForm),
    Step("where", _("Wo ist es?"), WhereForm),
    Step("when", _("Was ist los?"), WhenForm),
    Step("photos", _("Fotos"), PhotosForm),
    Step("about", _("Über Sie"), AboutForm),
)
CHECK = Step("check", _("Bitte prüfen Sie Ihre Angaben"), PublicForm)
PAGES = (*STEPS, CHECK)
BY_NAME = {step.name: step for step in PAGES}
WHAT, PHOTOS = STEPS[0], BY_NAME["photos"]


class Row(NamedTuple):
    """One answer on the page that shows them all."""

    step: Step
    label: Any
    value: str


def rows(answers: Answers) -> Iterator[Row]:
    """Every answer but the photos, in the words of the form."""
    for step in STEPS:
        form = step.filled(answers)
        for name in step.fields:
            if step is not PHOTOS:
                yield Row(
                    step, form.fields[name].label, _said(form.fields[name], answers.get(name))
                )


def _said(field: forms.Field, values: list[str] | None) -> str:
    if isinstance(field, forms.BooleanField):
        return str((YES if values else NO)[1])
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = dict(choices)
        chosen = values if values is not None else [field.initial]
        return ", ".join(str(labels.get(value, value)) for value in chosen if value)
    return values[0] if values else ""


def report_of(answers: Answers) -> DefectReport:
    """What was filled in, not yet stored. The answers are valid in every step."""
    said: dict[str, Any] = {}
    for step in STEPS:
        form = step.filled(answers)
        form.full_clean()
        said |= form.cleaned_data
    return DefectReport(
        channel=Channel.WEB,
        categories=",".join(said["categories"]),
        dangerous=said["dangerous"] == YES[0],
        street=said["street"],
        house_number=said["house_number"],
        place_text=said["place_text"],
        since_when=said["since_when"],
        times=said["times"],
        description=said["description"],
        language=text_language(),
        reporter_kind=said["reporter_kind"] or ReporterKind.ANONYMOUS,
        contact=said["contact"],
        confidential=said["confidential"] != NO[0],
    )
