"""The form of a task: about a record within reach, for people of the unit that has to see to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from access.policy import reach_of
from agenda.models import Task
from agenda.queries import record_called
from backoffice.forms import RecordForm


class TaskForm(RecordForm):
    """`about`: the record a new task is about, as "buildings.building:12"; empty for none."""

    about = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            del self.fields["about"]

    def _limit_people(self) -> None:
        """Active colleagues of one's own units, and whoever is named already."""
        if "assignee" not in self.fields:
            return
        people = get_user_model().objects.filter(
            Q(is_active=True, memberships__unit__in=reach_of(self.for_user).unit_ids)
            | Q(pk=self.instance.assignee_id)
        )
        field: Any = self.fields["assignee"]
        field.queryset = people.distinct().order_by("last_name", "first_name", "pk")

    def clean_about(self) -> Model | None:
        text = self.cleaned_data["about"]
        if not text:
            return None
        found = record_called(text, self.for_user)
        if found is None:
            raise forms.ValidationError(
                _("Den Vorgang zu dieser Aufgabe gibt es für Sie nicht. Bitte dort neu beginnen.")
            )
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        assignee, unit = cleaned.get("assignee"), cleaned.get("unit")
        if assignee and unit and not assignee.memberships.filter(unit=unit).exists():
            self.add_error(
                "assignee",
                _("%(person)s gehört nicht zur Stelle %(unit)s. Bitte Person oder Stelle ändern.")
                % {"person": assignee, "unit": unit},
            )
        return cleaned

    def save(self, commit: bool = True) -> Task:
        owner = self.cleaned_data.get("about")
        if owner is not None:
            for name, value in Task.about(owner).items():
                setattr(self.instance, name, value)
            self.instance.owner_reference = owner.reference
        return super().save(commit)
