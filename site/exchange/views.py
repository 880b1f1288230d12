"""A collection's own pages for tables that come in: upload, template. Closed to whoever may not."""

from __future__ import annotations

import tempfile
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from access.policy import policy_of
from exchange import actions
from exchange.export.exporting import CSV, XLSX, attachment
from exchange.forms import UploadForm
from exchange.mapping.profiles import lay_down
from exchange.mapping.workbook_templates import explained, template_csv, template_xlsx
from exchange.reading.opening import Choices
from exchange.refusals import MEGABYTE, TooLarge, Unreadable
from exchange.rights import Rights
from exchange.tables.resources import CollectionResource, resource_of
from exchange.uploads import too_large


class CollectionView(View):
    """A view of one collection behind one verb; for everybody else it does not exist."""

    model: type[Model] = None  # type: ignore[assignment]
    verb = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not policy_of(self.model).may(request.user, self.verb):
            raise Http404

    @property
    def resource(self) -> CollectionResource:
        return resource_of(self.model)(
            Rights(self.request.user, self.model), entry=self.verb == "import"
        )

    def sibling(self, name: str) -> str:
        """The address of another page of the same collection."""
        namespace = self.request.resolver_match.namespace  # type: ignore[union-attr]
        return reverse(f"{namespace}:{name}")


class ImportView(WagtailAdminTemplateMixin, CollectionView):
    """Upload a table. What it would do is on the next page; nothing is written here."""

    verb = "import"
    template_name = "exchange/upload.html"
    page_title = gettext_lazy("Tabelle importieren")
    header_icon = "upload"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(self.model, initial={"profile": request.GET.get("profil", "")})
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(self.model, request.POST, request.FILES)
        if too_large(request):
            form.errors.clear()
            form.add_error("file", str(TooLarge(settings.IMPORT_MAX_BYTES)))
        elif form.is_valid():
            try:
                run = self._upload(form)
            except Unreadable as refusal:
                form.add_error("file", str(refusal))
            else:
                actions.start_planning(run)
                return redirect("exchange:run", run.pk)
        messages.error(request, _("Die Tabelle wurde nicht angenommen. Es ist nichts geschehen."))
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def _upload(self, form: UploadForm) -> Any:
        file, profile = form.cleaned_data["file"], form.cleaned_data["profile"]
        run = actions.upload(
            model=self.model,
            who=self.request.user,
            name=file.name,
            content=file,
            choices=Choices(encoding=form.cleaned_data["encoding"]),
        )
        if profile:
            lay_down(run, profile)
        return run

    def get_page_subtitle(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": self.sibling("list"), "label": self.model._meta.verbose_name_plural},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            columns=explained(self.resource),
            key=[column.column_name for column in self.resource.needed_columns if column],
            collection_name=self.model._meta.verbose_name_plural,
            template_url=self.sibling("import_template"),
            max_megabytes=settings.IMPORT_MAX_BYTES // MEGABYTE,
            max_rows=number_format(settings.IMPORT_MAX_ROWS, force_grouping=True),
            **kwargs,
        )


class TemplateView(CollectionView):
    """An empty table with the right headings, as `?format=xlsx` or `csv`."""

    verb = "import"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        name = f"vorlage-{self.model._meta.model_name}"
        if request.GET.get("format") == "csv":
            response = StreamingHttpResponse(template_csv(self.resource))
            return attachment(response, f"{name}.csv", CSV)
        file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
        template_xlsx(self.resource, file)
        file.seek(0)
        return attachment(FileResponse(file), f"{name}.xlsx", XLSX)
