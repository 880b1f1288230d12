"""The pages on which a list is taken out: the questions, the wait, the file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import ListView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from access.policy import policy_of
from exchange import progress
from exchange.export import files as outgoing_files
from exchange.export import runs as exports
from exchange.export.exporting import attachment, made_file
from exchange.export.files import digest_of
from exchange.export.forms import ExportForm
from exchange.export.listing import Listing, listing
from exchange.outgoing import ExportRun, Outgoing
from exchange.views import CollectionView
from exchange.writing import FORMATS, DoesNotFit, Table
from history.models import AccessEvent
from history.reading import record_access

_LIST = {"url": reverse_lazy("exchange:exports"), "label": gettext_lazy("Exporte")}
_PAGING = ("p", "_w_filter_fragment", "format")  # of the list's address, and no part of the list


class ExportView(WagtailAdminTemplateMixin, CollectionView):
    """What the list shows under its search and filters. Data leave by POST only, with a purpose."""

    verb = "export"
    template_name = "exchange/export.html"
    page_title = gettext_lazy("Liste exportieren")
    header_icon = "download"

    @cached_property
    def query(self) -> str:
        """Search, filters and order of the list, without what is not theirs."""
        query = self.request.GET.copy()
        for name in _PAGING:
            query.pop(name, None)
        return query.urlencode()

    @cached_property
    def listing(self) -> Listing:
        return listing(self.model, self.request.user, self.query)

    @cached_property
    def count(self) -> int:
        """How many records of the list the person may take out."""
        rights = self.resource.rights
        return rights.limited(self.listing.queryset, "export").count()

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("format", "")
        initial = {"format": wanted} if wanted in FORMATS else {}
        form = ExportForm(self.resource, initial=initial)
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = ExportForm(self.resource, request.POST)
        if not form.is_valid():
            messages.error(request, _("Es wurde noch nichts exportiert. Bitte ergänzen Sie unten."))
            return self.render_to_response(self.get_context_data(form=form), status=422)
        chosen = form.cleaned_data
        run = exports.begin(
            model=self.model,
            who=request.user,
            fmt=chosen["format"],
            columns=chosen["columns"],
            use=chosen["use"],
            purpose=chosen["purpose"],
            recipient=chosen["recipient"],
            query=self.query,
            count=self.count,
        )
        if chosen["background"] or self._large(chosen["format"]):
            exports.start_making(run)
            return redirect("exchange:export", run.pk)
        return self._directly(run)

    def _large(self, fmt: str) -> bool:
        return FORMATS[fmt].parts is None and self.count > settings.EXPORT_DIRECT_ROWS

    def _directly(self, run: ExportRun) -> HttpResponseBase:
        form, table = FORMATS[run.format], exports.table_for(run)
        exports.log(run, table, self.count)
        if form.parts is not None:
            parts = exports.streamed(run, table, form.parts(table))
            return attachment(StreamingHttpResponse(parts), run.file_name, form.content_type)
        return self._workbook(run, table)

    def _workbook(self, run: ExportRun, table: Table) -> HttpResponseBase:
        form = FORMATS[run.format]
        try:
            file = made_file(table, form)
        except DoesNotFit as refusal:
            outgoing_files.broken_off(run, str(refusal))
            messages.error(self.request, str(refusal))
            page = self.get_context_data(form=ExportForm(self.resource, self.request.POST))
            return self.render_to_response(page, status=422)
        sha256, size = digest_of(file)
        outgoing_files.sent(run, sha256=sha256, size=size, count=table.count)
        file.seek(0)
        return attachment(FileResponse(file), run.file_name, form.content_type)

    def get_page_subtitle(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def list_url(self) -> str:
        return self.sibling("list") + (f"?{self.query}" if self.query else "")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": self.list_url, "label": self.model._meta.verbose_name_plural},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            words=self.listing.words,
            count=self.count,
            shown=self.listing.queryset.count(),
            list_url=self.list_url,
            query=self.query,
            direct_rows=number_format(settings.EXPORT_DIRECT_ROWS, force_grouping=True),
            keep_hours=settings.EXPORT_KEEP,
            **kwargs,
        )


class OwnExports(WagtailAdminTemplateMixin, ListView):
    """What the person has taken out, newest first."""

    template_name = "exchange/exports.html"
    page_title = gettext_lazy("Meine Exporte")
    header_icon = "download"
    paginate_by = 50
    context_object_name = "runs"

    def get_queryset(self) -> QuerySet[ExportRun]:
        return own_exports(self.request.user).order_by("-pk")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": _("Exporte")}]


def own_exports(user: Any) -> QuerySet[ExportRun]:
    """Only whoever asked for an export meets it; for all others it does not exist."""
    return ExportRun.objects.filter(requested_by=user)


class OfExport(View):
    """Base of the pages of one export: the requester's, as long as they may export there."""

    run: ExportRun

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        run = own_exports(request.user).filter(pk=kwargs["pk"]).first()
        if run is None or not policy_of(run.model).may(request.user, "export"):
            raise Http404
        self.run = run


class ExportRunView(WagtailAdminTemplateMixin, OfExport):
    """Where the export is; then its file; then the word that it has expired."""

    template_name = "exchange/export_run.html"
    header_icon = "download"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_page_title(self) -> str:
        return _("Export %s") % self.run

    def get_page_subtitle(self) -> str:
        return self.run.collection_label

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, _LIST, {"url": "", "label": str(self.run)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.run
        names = set(run.columns)
        columns = [c.column_name for c in exports.resource_for(run).columns if c.name in names]
        return super().get_context_data(
            run=run,
            format_label=FORMATS[run.format].label,
            columns=columns,
            progress=told(run) if run.making else None,
            stalled=outgoing_files.stalled(run),
            keep_hours=settings.EXPORT_KEEP,
            **kwargs,
        )


def told(record: Outgoing) -> dict[str, Any]:
    """How far the worker is, as the page and its script read it."""
    last = progress.read(record.key)  # type: ignore[attr-defined]
    done, total = (last.done, last.total) if last else (0, 0)
    return {"state": record.stage, "done": done, "total": total}


class ExportProgressView(OfExport):
    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        return JsonResponse(told(self.run))


class ExportAgainView(OfExport):
    """Hand the work to another worker, after the first has died."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect("exchange:export", pk)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if outgoing_files.stalled(self.run):
            progress.report(self.run.key, 0, 0)
            exports.start_making(self.run)
        return redirect("exchange:export", pk)


class ExportFileView(OfExport):
    """The file, until it expires. Every fetch is logged."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        if not self.run.available:
            messages.warning(request, _("Diese Datei gibt es nicht mehr."))
            return redirect("exchange:export", pk)
        record_access(
            AccessEvent.Action.DOWNLOAD, self.run.model, detail={"export": pk}, user=request.user
        )
        content_type = FORMATS[self.run.format].content_type
        return attachment(FileResponse(self.run.file.open()), self.run.file_name, content_type)
