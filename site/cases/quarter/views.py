"""The page of a quarter's figures of the arrival interviews, and the file for publication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from backoffice.quarters import OfQuarter, periods
from cases.models import IntakeInterview
from cases.quarter.chart import chart
from cases.quarter.counting import Line, Report, report
from cases.quarter.publishing import Cell, Public, exact, published, published_number
from exchange.tables.formulas import neutralised
from exchange.writing.delimited import csv_lines


class OfInterviews(OfQuarter):
    """Whoever may see no interview finds neither page nor file."""

    model = IntakeInterview
    begins_with = "held_on"

    @cached_property
    def report(self) -> Report:
        return report(self.request.user, self.quarter)


class InterviewQuarterView(WagtailAdminTemplateMixin, OfInterviews, TemplateView):
    template_name = "cases/quarter/quarter.html"
    page_title = gettext_lazy("Zahlen der Ankunftsgespräche")
    header_icon = "calendar-alt"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        file = reverse("interview_quarter_file")
        self.note("list", screen="quarter", count=self.report.totals[0].counts[0])
        return super().get_context_data(
            **kwargs,
            form=self.choice(),
            quarter=self.quarter,
            quarters=periods(self.quarter),
            running=self.is_running,
            totals=[_total(line) for line in self.report.totals],
            figures=[_shown(public) for public in published(self.report)],
            file_url=f"{file}?quartal={self.quarter.code}",
        )


def _total(line: Line) -> dict[str, Any]:
    pairs = [(Cell(count, None), published_number(count)) for count in line.counts]
    return {"label": line.label, "cells": pairs}


def _shown(public: Public) -> dict[str, Any]:
    """A figure as the page needs it: each cell as the house reads it, and as it may be printed."""
    figure = public.figure
    rows = [
        {"label": line.label, "cells": list(zip(inside, outside, strict=True))}
        for line, inside, outside in zip(figure.lines, exact(figure), public.rows, strict=True)
    ]
    numbers = zip(figure.of, figure.answered, public.of, public.answered, strict=True)
    bases = [
        {"of": (of, public_of), "answered": (answered, public_answered)}
        for of, answered, public_of, public_answered in numbers
    ]
    return {"figure": figure, "rows": rows, "bases": bases, "chart": chart(public)}


class InterviewQuarterFileView(OfInterviews):
    """CSV for publication: what is small is hidden, and what it could be worked out from."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        quarters = [str(each) for each in periods(self.quarter)]
        headings = [_("Zahl"), _("Wert")]
        for quarter in quarters:
            headings += [quarter, f"{quarter} (%)"]
        self.note("export", screen="quarter")
        name = f"ankunftsgespraeche-{self.quarter.code}.csv"
        return HttpResponse(
            b"".join(csv_lines(headings, list(self._rows()))),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _rows(self) -> Iterator[list[str]]:
        for line in self.report.totals:
            yield self._row(line.label, "", [published_number(count) for count in line.counts])
        for public in published(self.report):
            figure = public.figure
            yield self._row(figure.heading, _("von allen %s") % figure.base, public.of)
            yield self._row(figure.heading, _("davon beantwortet"), public.answered)
            for line, cells in zip(figure.lines, public.rows, strict=True):
                yield self._row(figure.heading, line.label, cells)

    def _row(self, heading: str, label: str, cells: list[Cell]) -> list[str]:
        row = [neutralised(heading), neutralised(label)]
        for cell in cells:
            row += [str(cell), "" if cell.share is None else str(cell.share)]
        return row
