"""The field sheet as PDF, to fill in by hand where no phone works."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from backoffice.views.guard import Guarded
from inspections.enforcement.panels import address
from inspections.models import Inspection
from inspections.paper_contexts import field_sheet_context
from papers.filling import PaperError
from papers.models.letterhead import head_of
from papers.rendering import render
from papers.views import pdf_response, problems


class FieldSheetView(Guarded, View):
    """Made anew each time and kept nowhere; the reading is written down."""

    index_url_name = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        inspection = self.get_object()
        self.note("download", inspection.pk, screen="field_sheet")
        sheet = address(Inspection, "sheet", inspection.pk)
        head = head_of(inspection.unit_id, timezone.localdate())
        try:
            made = render("field_sheet", field_sheet_context(inspection, sheet), letterhead=head)
        except PaperError as error:
            heading = _("Der Begehungsbogen lässt sich noch nicht drucken")
            return problems(request, heading, error.messages, 409)
        return pdf_response(made.pdf, f"{inspection.reference}-begehungsbogen.pdf")
