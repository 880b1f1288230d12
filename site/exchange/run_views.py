"""The pages of one import: plan, confirmation, progress, receipt; and the list of one's imports."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View
from django.views.generic import ListView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from access.policy import policy_of
from exchange import actions, progress
from exchange.exporting import CSV, XLSX, attachment
from exchange.models import ImportRun
from exchange.plan_pages import collection_url, page_of
from exchange.queries import run_or_404, visible_runs
from exchange.returning import as_csv, as_xlsx
from exchange.rules import Kind, State
from history.models import AccessEvent
from history.reading import record_access

_LIST = {"url": reverse_lazy("exchange:runs"), "label": gettext_lazy("Importe")}


class RunListView(WagtailAdminTemplateMixin, ListView):
    """The imports the person may look at, newest first."""

    template_name = "exchange/runs.html"
    page_title = gettext_lazy("Importe")
    header_icon = "upload"
    paginate_by = 50
    context_object_name = "runs"
    paginator_class = Paginator

    def get_queryset(self) -> Any:
        return visible_runs(self.request.user).order_by("-pk")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": _("Importe")}]


class OfRun(View):
    """Base of every page of one run: who may not look at it, meets what was never there."""

    run: ImportRun

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.run = run_or_404(request.user, kwargs["pk"])

    def back(self) -> HttpResponse:
        return redirect("exchange:run", self.run.pk)

    @cached_property
    def may_import(self) -> bool:
        """To look at a run is not to run it: what follows takes the right to import."""
        return policy_of(self.run.model).may(self.request.user, "import")


class RunView(WagtailAdminTemplateMixin, OfRun):
    """Plan, progress or receipt, whichever the run has come to."""

    template_name = "exchange/run.html"
    header_icon = "upload"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def get_page_title(self) -> str:
        return _("Import %s") % self.run

    def get_page_subtitle(self) -> str:
        return self.run.collection_label

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, _LIST, {"url": "", "label": str(self.run)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = self.run
        context = super().get_context_data(
            run=run, State=State, may_import=self.may_import, **kwargs
        )
        context["import_url"] = collection_url(run.model, "import") if self.may_import else ""
        if run.running:
            return context | {"progress": _progress(run), "stalled": actions.stalled(run)}
        if run.state in (State.PLANNED, State.APPLIED):
            context |= self._plan()
        return context

    def _plan(self) -> dict[str, Any]:
        run, kind = self.run, self.request.GET.get("kind", "")
        if kind not in Kind.values:
            kind = ""
        return {
            "kind": kind,
            "tabs": [("", _("alle"), run.total)]
            + [(k.value, k.label, count) for k, count in run.counts.items()],
            "page": page_of(
                run,
                self.request.user,
                kind,
                after=_number(self.request, "after"),
                before=_number(self.request, "before"),
            ),
            "returnable": run.refused_count + run.conflict_count,
            "intention": intention(run),
            "verdict": verdict(run),
            "earlier": list(actions.earlier(run)[:3]) if run.state == State.PLANNED else [],
        }


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdigit() and len(text) < 10 else 0


def _progress(run: ImportRun) -> dict[str, Any]:
    told = progress.read(run.pk)
    done, total = (told.done, told.total) if told else (run.done, run.total)
    return {"state": run.state, "done": done, "total": total}


def intention(run: ImportRun) -> str:
    """What the button will do: "12 neue Datensätze anlegen, 3 ändern"."""
    parts = []
    if run.new_count:
        parts.append(
            ngettext("%d neuen Datensatz anlegen", "%d neue Datensätze anlegen", run.new_count)
            % run.new_count
        )
    if run.changed_count:
        parts.append(_("%d ändern") % run.changed_count)
    return ", ".join(parts)


def verdict(run: ImportRun) -> tuple[str, str]:
    """(class of the message box, sentence): what the plan or the receipt comes to."""
    written = run.new_count + run.changed_count
    if run.state == State.APPLIED:
        return _verdict_applied(run, written)
    if run.refused_count:
        rows = ngettext("%d Zeile ist", "%d Zeilen sind", run.refused_count) % run.refused_count
        return "warning", _(
            "%s fehlerhaft. Solange eine Zeile abgelehnt ist, wird nichts importiert. Laden Sie"
            " die abgelehnten Zeilen herunter, berichtigen Sie Ihre Tabelle und laden Sie sie neu"
            " hoch."
        ) % rows
    if not written:
        return "info", _(
            "Es gibt nichts zu importieren: Alle Zeilen stehen schon genau so in der Sammlung."
        ) if not run.conflict_count else _("Es gibt nichts zu importieren: siehe Konflikte.")
    return "info", _("Die Prüfung ist fertig. Bis Sie bestätigen, ist nichts gespeichert.")


def _verdict_applied(run: ImportRun, written: int) -> tuple[str, str]:
    if not written:
        return "warning", _("Es wurde nichts importiert: jede Zeile ist in Konflikt geraten.")
    done = _("Importiert: %(new)d neu, %(changed)d geändert.") % {
        "new": run.new_count,
        "changed": run.changed_count,
    }
    if run.conflict_count:
        conflicts = _("%d Zeilen wurden wegen eines Konflikts nicht übernommen.")
        done = f"{done} {conflicts % run.conflict_count}"
        return "warning", done
    return "success", done


class ProgressView(OfRun):
    """Where the run is, for the page that waits for it."""

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        return JsonResponse(_progress(self.run))


class StepView(OfRun):
    """A step of the run by POST. A second press changes nothing and says so."""

    step = ""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.may_import:
            messages.error(request, _("Dafür fehlt Ihnen das Recht zu importieren."))
            return self.back()
        try:
            self._do(request)
        except actions.NotNow as reason:
            messages.warning(request, str(reason))
        return self.back()

    def _do(self, request: HttpRequest) -> None:
        if self.step == "confirm":
            actions.confirm(self.run, request.user)
        elif self.step == "cancel":
            actions.cancel(self.run)
            messages.success(request, _("Der Import ist abgebrochen. Es wurde nichts gespeichert."))
        else:
            actions.resume(self.run)


class ReturnedRowsView(OfRun):
    """Refused and conflicting rows as a table in the format they came in."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        rows = self.run.refused_count + self.run.conflict_count
        record_access(
            AccessEvent.Action.DOWNLOAD,
            self.run.model,
            detail={"import": self.run.pk, "rows": rows},
        )
        name = f"{str(self.run).lower()}-abgelehnt"
        if self.run.sheet:
            return attachment(FileResponse(as_xlsx(self.run)), f"{name}.xlsx", XLSX)
        return attachment(StreamingHttpResponse(as_csv(self.run)), f"{name}.csv", CSV)
