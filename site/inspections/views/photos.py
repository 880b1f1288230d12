"""Taking a photo to an inspection, and looking at one. Both ask the policy of what they belong to."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages

from backoffice.views.guard import Guarded
from backoffice.views.record import RecordPage
from exchange.uploads import too_large
from inspections.actions import add_photo
from inspections.forms import PhotoForm
from inspections.models import ChecklistItem
from inspections.photos import CONTENT_TYPES
from inspections.sheet import Sheet


class PhotoAddView(RecordPage):
    """One photo per request, so that a slow line loses one at most and progress can be shown."""

    verb = "change"
    template_name = "inspections/photo_add.html"
    page_title = gettext_lazy("Foto hinzufügen")

    @cached_property
    def header_buttons(self) -> list[Any]:
        return []

    def _form(self, *args: Any, **kwargs: Any) -> PhotoForm:
        items = ChecklistItem.objects.filter(template=self.object.template_id).order_by("position")
        return PhotoForm(*args, items=items, rooms=Sheet(self.object).rooms, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self._form(initial={"item": self.request.GET.get("item")}))
        return super().get_context_data(**kwargs, sheet_url=self._url(self._sibling("sheet")))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        by_script = "application/json" in request.headers.get("Accept", "")
        form = self._form(request.POST, request.FILES)
        if too_large(request):
            form.add_error("file", _("Das Foto ist größer als 10 MB. Bitte kleiner aufnehmen."))
        elif form.is_valid():
            try:
                photo = add_photo(inspection=self.object, **form.cleaned_data)
            except ValidationError as error:
                form.add_error("file", error.messages)
            else:
                if by_script:
                    return JsonResponse({"number": photo.number}, status=201)
                messages.success(
                    request, _("Foto %(number)d gespeichert.") % {"number": photo.number}
                )
                return redirect(self._url(self._sibling("sheet")))
        if by_script:
            texts = [str(text) for found in form.errors.values() for text in found]
            return JsonResponse({"problems": texts}, status=422)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class PhotoFileView(Guarded, View):
    """The picture itself, to whom its record is open. Each look is written down."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        photo = self.get_object()
        try:
            file = photo.file.open("rb")
        except (FileNotFoundError, ValueError):
            raise Http404 from None
        self.note("download", photo.pk, screen="photo")
        extension = photo.file.name.rpartition(".")[2]
        response = FileResponse(
            file,
            filename=f"{photo.reference}.{extension}",
            content_type=CONTENT_TYPES.get(extension, "application/octet-stream"),
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response
