"""The page of a quarter's figures, and the same as a file that may be published."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from backoffice.quarters import OfQuarter, periods
from exchange.tables.formulas import neutralised
from exchange.writing.delimited import csv_lines
from inspections.models import InspectionCase
from inspections.quarter import durations, published, tables


class OfCases(OfQuarter):
    """Whoever may see no case finds neither page nor file."""

    model = InspectionCase
    begins_with = "opened_on"


class QuarterView(WagtailAdminTemplateMixin, OfCases, TemplateView):
    template_name = "inspections/quarter.html"
    page_title = gettext_lazy("Quartalszahlen")
    header_icon = "calendar-alt"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            form=self.choice(),
            quarter=self.quarter,
            quarters=periods(self.quarter),
            running=self.is_running,
            tables=tables(self.request.user, self.quarter),
            durations=durations(self.request.user, self.quarter),
            file_url=f"{reverse('inspection_quarter_file')}?quartal={self.quarter.code}",
        )


class QuarterFileView(OfCases):
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
