"""The checklist on the phone: one form, sent by a plain POST, or by the script that keeps a draft."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from backoffice.views.record import RecordPage
from inspections.sheet import Sheet


class SheetView(RecordPage):
    """GET shows the sheet; POST stores what is in order and shows the rest again.

    A script asks with `Accept: application/json` and hears what was stored, at which version, and
    what was not and why: 200 all, 409 somebody else was faster, 422 something is wrong.
    """

    verb = "change"
    tab = "sheet"
    template_name = "inspections/sheet.html"
    page_title = gettext_lazy("Prüfbogen")

    @cached_property
    def header_buttons(self) -> list[Any]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("sheet", Sheet(self.object))
        context = super().get_context_data(
            **kwargs, photo_url=self._url(self._sibling("photo")), problem=kwargs.get("problem", "")
        )
        context["tabs"].insert(1, ("sheet", _("Prüfbogen"), self.request.path))
        context["open_part"] = _first_open(kwargs["sheet"])
        return context

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.note("view", self.object.pk, screen="sheet")
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        by_script = "application/json" in request.headers.get("Accept", "")
        sheet = Sheet(self.object, request.POST)
        try:
            sheet.store()
        except ValidationError as error:
            return self._too_late(" ".join(error.messages), by_script)
        if by_script:
            return JsonResponse(_told(sheet), status=_status(sheet))
        if not sheet.in_order:
            sheet = _with_stored_versions(sheet, request)
            return self.render_to_response(
                self.get_context_data(sheet=sheet), status=_status(sheet)
            )
        said = {"answered": sheet.answered, "total": sheet.total}
        messages.success(request, _("Gespeichert: %(answered)d von %(total)d Punkten.") % said)
        if (item := request.POST.get("photo", "")).isdecimal():
            return redirect(f"{self._url(self._sibling('photo'))}?item={item}")
        return redirect(request.path)

    def _too_late(self, problem: str, by_script: bool) -> HttpResponse:
        if by_script:
            return JsonResponse({"refused": problem}, status=410)
        self.object.refresh_from_db()
        return self.render_to_response(self.get_context_data(problem=problem), status=409)


def _first_open(sheet: Sheet) -> str:
    """The part to show unfolded: one with a problem, else the first that is not complete."""
    for part in sheet.parts:
        if part.faulty:
            return part.code
    for part in sheet.parts:
        if part.answered < len(part.blocks):
            return part.code
    return ""


def _status(sheet: Sheet) -> int:
    if sheet.in_order:
        return 200
    clash = sheet.conflict or any(block.conflict for block in sheet.blocks)
    return 409 if clash else 422


def _told(sheet: Sheet) -> dict[str, Any]:
    return {
        "versions": sheet.versions(),
        "renamed": sheet.renamed(),
        "problems": sheet.problems(),
        "parts": {part.code: [part.answered, len(part.blocks)] for part in sheet.parts},
        "answered": sheet.answered,
        "total": sheet.total,
        "at": timezone.localtime().strftime("%H:%M"),
    }


def _with_stored_versions(sheet: Sheet, request: HttpRequest) -> Sheet:
    """The same answers, as if filled from what is stored now: the next save is meant to replace it."""
    data = request.POST.copy()
    for prefix, version in sheet.versions().items():
        data[f"{prefix}-version"] = str(version)
    sheet.data = data
    sheet.on_site.data = data
    for block in sheet.blocks:
        block.form.data = data
    return sheet
