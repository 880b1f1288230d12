"""What the dialogues of the steps ask beyond fields of the record. Each asks just what it needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from access.policy import policy_of
from backoffice.forms import RecordForm
from inspections import queries as case_queries
from inspections.enforcement import closing, rules, serving
from inspections.forms import Dialogue
from inspections.models import Finding, InspectionCase


def _past_day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label, initial=timezone.localdate, widget=AdminDateInput(), **kwargs
    )


def _long(label: Any, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, widget=forms.Textarea(attrs={"rows": 6}), max_length=20_000, **kwargs
    )


class HearingForm(Dialogue):
    sent_on = _past_day(_("Versandt am"), help_text=_("Dieser Tag zählt bei der Frist nicht mit."))
    channel = forms.ChoiceField(label=_("Versandart"), choices=serving.DeliveryMethod.choices)


class WaiverForm(Dialogue):
    waived_ground = forms.ChoiceField(
        label=_("Warum ohne Anhörung"),
        choices=rules.WaiverGround.choices,
        widget=forms.RadioSelect,
    )


class StatementForm(Dialogue):
    statement_on = _past_day(_("Eingegangen am"))
    statement_text = _long(_("Stellungnahme"))


class AssessmentForm(Dialogue):
    assessment = _long(
        _("Würdigung"),
        help_text=_("Was vorgebracht wurde und warum es überzeugt oder nicht. Steht im Bescheid."),
    )


def _methods(*, presumed: bool) -> list[tuple[str, Any]]:
    return [
        (method.value, method.label)
        for method in serving.DeliveryMethod
        if (method in serving.PRESUMED_BY) is presumed
    ]


class PostForm(Dialogue):
    method = forms.ChoiceField(
        label=_("Versandart"), choices=_methods(presumed=True), widget=forms.RadioSelect
    )
    dispatched_on = _past_day(_("Aufgegeben am"))


class ServeForm(Dialogue):
    method = forms.ChoiceField(
        label=_("Art der Zustellung"), choices=_methods(presumed=False), widget=forms.RadioSelect
    )
    dispatched_on = _past_day(_("Veranlasst am"))


class FindingsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        room = f", {obj.room.label}" if obj.room else ""
        return f"{obj.severity}: {obj.item.text}{room} ({obj.inspection.reference})"


class MeasureForm(RecordForm):
    """A measure from a case (`add/?case=12`) ticks the deficiencies it is about at once."""

    findings = FindingsField(
        label=_("Gegen welche Mängel"),
        queryset=Finding.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Angeboten werden die offenen Mängel des Vorgangs, von dem aus angelegt wird."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            del self.fields["findings"]
            return
        offered: Any = self.fields["findings"]
        offered.queryset = self._offered()

    def _offered(self) -> Any:
        case = self._case()
        if case is None:
            return Finding.objects.none()
        seen = policy_of(Finding).visible(self.for_user)
        found = case_queries.open_deficiencies(case).filter(pk__in=seen.values("pk"))
        related = found.select_related("item", "room", "inspection")
        return related.order_by("-severity", "item__position", "pk")

    def _case(self) -> InspectionCase | None:
        number = self.data.get("case") if self.is_bound else self.initial.get("case")
        if not str(number or "").isdecimal():
            return None
        seen: Any = self.fields["case"]
        found: InspectionCase | None = seen.queryset.filter(pk=number).first()
        return found


class NeedRow(forms.Form):
    """One resident in the table of a closure: what is done next, and where to."""

    step = forms.ChoiceField(label=_("Nächster Schritt"), required=False)
    offered = forms.CharField(label=_("Angebot"), max_length=200, required=False)
    responsible = forms.CharField(label=_("Wer kümmert sich"), max_length=120, required=False)
    moved_on = forms.DateField(
        label=_("Umgezogen am"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, need: Any) -> None:
        initial = {
            "offered": need.offered,
            "responsible": need.responsible,
            "moved_on": need.moved_on,
            "version": need.version,
        }
        super().__init__(data, prefix=f"need-{need.pk}", initial=initial)
        self.need = need
        self.steps = {
            t.verb: t
            for t in closing.NEED
            if t.starts_from(need.state) and not t.reason and "note" not in t.requires
        }
        step: Any = self.fields["step"]
        step.choices = [
            ("", _("unverändert")),
            *((verb, transition.label) for verb, transition in self.steps.items()),
        ]

    @property
    def is_stale(self) -> bool:
        """Whether the row has moved on since the (bound) form was filled."""
        return str(self.data.get(self.add_prefix("version"))) != str(self.need.version)

    def clean(self) -> dict[str, Any]:
        """An offer and a day belong to a step; what its step would not keep is not lost unseen."""
        data: dict[str, Any] = super().clean() or {}
        step = self.steps.get(data.get("step", ""))
        for name in ("offered", "moved_on"):
            if step is not None and name in step.requires and not data.get(name):
                self.add_error(name, _("Das gehört zu diesem Schritt. Bitte ausfüllen."))
            elif name in self.changed_data and (step is None or name not in step.sets):
                self.add_error(name, _("Bitte den Schritt wählen, zu dem das gehört."))
        return data
