"""The page of a quarter's figures, and the same as a file that may be published."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from access.policy import policy_of
from backoffice.views.guard import Guarded
from exchange.tables.formulas import neutralised
from exchange.writing.delimited import csv_lines
from inspections.models import InspectionCase
from inspections.quarter import Quarter, durations, periods, published, tables


class QuarterForm(forms.Form):
    """Which quarter: those since the first case this person may see, and the one asked for."""

    quartal = forms.ChoiceField(label=gettext_lazy("Quartal"))

    def __init__(self, *, user: Any, asked: Quarter) -> None:
        super().__init__(initial={"quartal": asked.code})
        seen: Any = policy_of(InspectionCase).visible(user)
        opened = seen.order_by("opened_on").values_list("opened_on", flat=True).first()
        quarter = Quarter.of(timezone.localdate())
        first = min(asked, Quarter.of(opened) if opened else quarter)
        codes = [(quarter.code, str(quarter))]
        while quarter > first:
            quarter = quarter.before
            codes.append((quarter.code, str(quarter)))
        field: Any = self.fields["quartal"]
        field.choices = codes


class OfQuarter(Guarded, View):
    """Base of both: whoever may see no case finds neither."""

    model = InspectionCase

    @cached_property
    def quarter(self) -> Quarter:
        """The one asked for; the present one where nothing sensible was asked."""
        now = Quarter.of(timezone.localdate())
        asked = Quarter.read(self.request.GET.get("quartal", ""))
        return asked if asked and asked <= now else now


class QuarterView(WagtailAdminTemplateMixin, OfQuarter, TemplateView):
    template_name = "inspections/quarter.html"
    page_title = gettext_lazy("Quartalszahlen")
    header_icon = "calendar-alt"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            form=QuarterForm(user=self.request.user, asked=self.quarter),
            quarter=self.quarter,
            quarters=periods(self.quarter),
            running=self.quarter.end > timezone.localdate(),
            tables=tables(self.request.user, self.quarter),
            durations=durations(self.request.user, self.quarter),
            file_url=f"{reverse('inspection_quarter_file')}?quartal={self.quarter.code}",
        )


class QuarterFileView(OfQuarter):
    """CSV for publication: counts under five are hidden (`quarter.publishable`)."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        headings = [_("Zahl"), _("Wert"), *(str(each) for each in periods(self.quarter))]
        rows = [
            [neutralised(table.heading), neutralised(label), *counts]
            for table in tables(request.user, self.quarter)
            for label, counts in published(table)
        ]
        name = f"quartalszahlen-{self.quarter.code}.csv"
        return HttpResponse(
            b"".join(csv_lines(headings, rows)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
