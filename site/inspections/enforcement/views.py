"""Screens of measures and closures that the declarations do not give."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages

from access.policy import policy_of
from backoffice.views.editing import RecordCreateView
from backoffice.views.record import RecordPage
from buildings.models import PartyRole
from history.errors import StaleRecord
from inspections.enforcement import actions, letters, queries, rules
from inspections.enforcement.forms import NeedRow
from inspections.models import Hearing, InspectionCase, Measure, RehousingNeed
from law.queries import FigureMissing
from papers.filling import PaperError
from papers.views import pdf_response, problems
from workflow import Refused


class MeasureCreateView(RecordCreateView):
    """From a case: its deficiencies to tick, and who was responsible on the day of the inspection."""

    def get_initial(self) -> dict[str, Any]:
        initial = super().get_initial()
        seen = policy_of(InspectionCase).visible(self.request.user)
        number = initial.get("case")
        case: Any = seen.filter(pk=number).first() if number else None
        if case is None:
            return initial
        among: Any = policy_of(PartyRole).visible(self.request.user)
        role = queries.suggested_addressee(case, among)
        return {"addressee": role.pk if role else None, "unit": case.unit_id, **initial}

    def save_instance(self) -> models.Model:
        return actions.propose(
            self.form.save(commit=False), findings=self.form.cleaned_data["findings"]
        )


class ClosureCreateView(RecordCreateView):
    """From a measure: its house or flat, and whether its hearing was waived for danger."""

    def get_initial(self) -> dict[str, Any]:
        initial = super().get_initial()
        number = initial.get("measure")
        seen = policy_of(Measure).visible(self.request.user)
        measure: Any = seen.filter(pk=number).first() if number else None
        if measure is None:
            return initial
        case = measure.case
        waived = Hearing.objects.filter(measure=measure, waived_ground=rules.WaiverGround.DANGER)
        return {
            "building": case.building_id,
            "dwelling": case.dwelling_id,
            "legal_basis": measure.legal_basis,
            "imminent_danger": waived.exists(),
            "unit": measure.unit_id,
            **initial,
        }


class PreviewView(RecordPage):
    """The hearing letter or the order as it would leave the house now. Nothing is kept."""

    code = letters.ORDER

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.state not in self.shown_in:
            raise Http404
        at = timezone.localtime()
        try:
            made = letters.preview(self.object, self.code, user=request.user, at=at)
        except PaperError as error:
            return problems(request, str(self.object), error.messages, 409)
        except FigureMissing as missing:
            return problems(request, str(self.object), [str(missing)], 409)
        self.note("view", self.object.pk, screen="preview", paper=self.code)
        return pdf_response(made.pdf, f"{self.object.reference}-{_('Vorschau')}.pdf")

    @property
    def shown_in(self) -> tuple[str, ...]:
        if self.code == letters.HEARING:
            return (rules.MeasureState.PROPOSED,)
        state = rules.MeasureState
        return (state.DRAFT, state.IN_APPROVAL, state.APPROVED)


class HearingPreviewView(PreviewView):
    code = letters.HEARING


class RehousingView(RecordPage):
    """All residents of a closure in one table: a step, an offer and a day per row, saved at once."""

    template_name = "inspections/enforcement/rehousing.html"
    page_title = gettext_lazy("Unterbringung der Bewohner")
    verb = "proceed"

    def _rows(self, data: Any = None) -> list[NeedRow]:
        visible = policy_of(RehousingNeed).visible(self.request.user, "proceed")
        needs = visible.filter(closure=self.object).order_by("number")
        return [NeedRow(data, need=need) for need in needs]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("rows", self._rows())
        kwargs.setdefault("refusals", [])
        return super().get_context_data(**kwargs, back_url=self._url(self.inspect_url_name))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note("view", self.object.pk, screen="rehousing")
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows = self._rows(request.POST)
        if stale := [row.need.number for row in rows if row.is_stale]:
            told = _("Nr. %(number)d hat inzwischen jemand anders geändert. Bitte neu laden.")
            return self._refused(rows, [told % {"number": number} for number in stale])
        if not all([row.is_valid() for row in rows]):
            return self.render_to_response(self.get_context_data(rows=rows), status=422)
        try:
            with transaction.atomic():
                changed = sum(self._take(row) for row in rows)
        except (Refused, ValidationError) as refusal:
            return self._refused(rows, refusal.messages)
        except StaleRecord as late:
            return self._refused(rows, [str(late)])
        told = ngettext("%(count)d Zeile geändert.", "%(count)d Zeilen geändert.", changed)
        messages.success(request, told % {"count": changed})
        return redirect(self._url(self.inspect_url_name))

    def _take(self, row: NeedRow) -> bool:
        if not row.has_changed():
            return False
        row.cleaned_data.pop("version")
        actions.edit_need(row.need, user=self.request.user, **row.cleaned_data)
        return True

    def _refused(self, rows: list[NeedRow], told: list[str]) -> HttpResponse:
        context = self.get_context_data(rows=rows, refusals=told)
        return self.render_to_response(context, status=409)
