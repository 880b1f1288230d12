"""The pages of one import: plan, confirmation, progress, receipt; and the list of one's imports."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    JsonResponse,
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
from exchange import actions, progress, undoing
from exchange.export.exporting import attachment
from exchange.models import ImportRun
from exchange.plan_pages import collection_url, page_of
from exchange.queries import run_or_404, visible_runs
from exchange.receipt import figures, intention, shown_kinds, verdict, ways
from exchange.refusals import Unreadable
from exchange.returning import returned_file
from exchange.rules import DONE, RETURNED, Kind, Mode, State
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
        effective = ImportRun.objects.filter(state__in=DONE)
        return (
            visible_runs(self.request.user)
            .order_by("-pk")
            .prefetch_related(Prefetch("undone_by", effective, to_attr="taken_back_by"))
        )

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
        return (_("Rücknahme %s") if self.run.undoes_id else _("Import %s")) % self.run

    def get_page_subtitle(self) -> str:
        return self.run.collection_label

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, _LIST, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run, user = self.run, self.request.user
        context = super().get_context_data(
            run=run, State=State, Mode=Mode, may_import=self.may_import, **kwargs
        )
        context["import_url"] = collection_url(run.model, "import") if self.may_import else ""
        if run.running:
            return context | {"progress": _progress(run), "stalled": actions.stalled(run)}
        if run.state in (State.PLANNED, State.REQUESTED) or run.done_for_good:
            context |= self._plan() | self._steps()
        seen = visible_runs(user)
        return context | {
            "back": seen.filter(undoes=run).exclude(state__in=(State.CANCELLED, State.FAILED)),
            "verdict": None if run.state in (State.FAILED, State.CANCELLED) else verdict(run),
        }

    def _plan(self) -> dict[str, Any]:
        run, kind = self.run, self.request.GET.get("kind", "")
        if kind not in Kind.values:
            kind = ""
        return {
            "kind": kind,
            "tabs": shown_kinds(run),
            "figures": figures(run),
            "page": page_of(
                run,
                self.request.user,
                kind,
                after=_number(self.request, "after"),
                before=_number(self.request, "before"),
            ),
            "returnable": self._returnable,
            "intention": intention(run),
            "earlier": list(actions.earlier(run)[:3]) if run.state == State.PLANNED else [],
        }

    @property
    def _returnable(self) -> int:
        """How many rows the person can get back as a file."""
        run = self.run
        return sum(run.counts[k] for k in RETURNED) if run.file and self.may_import else 0

    def _steps(self) -> dict[str, Any]:
        """What this person may do with the run next."""
        run, user = self.run, self.request.user
        if not self.may_import:
            return {}
        own = user.pk in (run.uploaded_by_id, run.requested_by_id)
        return {
            "ways": ways(run),
            "may_release": run.state == State.REQUESTED and not own,
            "may_undo": run.done_for_good and run.written and undoing.undone_by(run) is None,
            "may_decide": run.state == State.PLANNED and run.undoes_id,
            "undecided": run.rows.filter(kind=Kind.CONFLICT).exclude(changes={}).count()
            if run.undoes_id
            else 0,
        }


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _progress(run: ImportRun) -> dict[str, Any]:
    told = progress.read(run.pk)
    done, total = (told.done, told.total) if told else (run.done, run.total)
    return {"state": run.state, "done": done, "total": total}


class ProgressView(OfRun):
    """Where the run is, for the page that waits for it."""

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        return JsonResponse(_progress(self.run))


def not_taken(request: HttpRequest) -> None:
    """Told to whoever comes to the address of a step by GET: from signing in anew, or by "back"."""
    messages.warning(
        request,
        _(
            "Der Schritt wurde nicht ausgeführt. Bitte prüfen Sie den Stand und klicken noch einmal."
        ),
    )


class StepView(OfRun):
    """A step of the run by POST. A second press changes nothing and says so."""

    step = ""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        not_taken(request)
        return self.back()

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.may_import:
            messages.error(request, _("Dafür fehlt Ihnen das Recht zu importieren."))
            return self.back()
        try:
            return getattr(self, f"_{self.step}")(request) or self.back()
        except (actions.NotNow, actions.SecondPerson) as reason:
            messages.warning(request, str(reason))
        return self.back()

    def _confirm(self, request: HttpRequest) -> None:
        mode = request.POST.get("mode", Mode.ALL)
        actions.confirm(self.run, request.user, mode if mode in Mode.values else Mode.ALL)

    def _release(self, request: HttpRequest) -> None:
        actions.release(self.run, request.user)

    def _send_back(self, request: HttpRequest) -> None:
        actions.send_back(self.run)
        messages.success(request, _("Der Import ist wieder offen. Es ist nichts gespeichert."))

    def _stop(self, request: HttpRequest) -> None:
        actions.stop(self.run)
        messages.info(request, _("Der Import wird nach dem laufenden Abschnitt angehalten."))

    def _cancel(self, request: HttpRequest) -> None:
        actions.cancel(self.run)
        messages.success(request, _("Der Import ist abgebrochen. Es wurde nichts gespeichert."))

    def _resume(self, request: HttpRequest) -> None:
        actions.resume(self.run)

    def _undo(self, request: HttpRequest) -> HttpResponse:
        back = undoing.undo(self.run, request.user)
        return redirect("exchange:run", back.pk)

    def _decide(self, request: HttpRequest) -> None:
        restore = request.POST.get("restore") == "ja"
        line = request.POST.get("line", "")
        count = undoing.decide(
            self.run,
            request.user,
            restore=restore,
            line=int(line) if line.isdecimal() and len(line) < 10 else None,
        )
        if restore:
            text = ngettext(
                "%d Datensatz wird trotzdem zurückgenommen, sobald Sie bestätigen.",
                "%d Datensätze werden trotzdem zurückgenommen, sobald Sie bestätigen.",
                count,
            )
        else:
            text = ngettext("%d Datensatz bleibt.", "%d Datensätze bleiben.", count)
        messages.success(request, text % count)


class ReturnedRowsView(OfRun):
    """The rows that did not go in, as the person's own file: for whoever can mend and import them.

    It holds whatever the partner wrote, also in columns that no right of ours speaks of.
    """

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        if not self.may_import:
            messages.error(request, _("Dafür fehlt Ihnen das Recht zu importieren."))
            return self.back()
        if not self.run.file:
            messages.warning(request, _("Die Datei dieses Imports gibt es nicht mehr."))
            return self.back()
        try:
            back = returned_file(self.run)
        except (Unreadable, OSError):  # taken from the storage, or not whole any more
            messages.error(request, _("Die Datei dieses Imports lässt sich nicht mehr lesen."))
            return self.back()
        record_access(
            AccessEvent.Action.DOWNLOAD,
            self.run.model,
            detail={"import": self.run.pk, "rows": back.rows},
        )
        name = f"{str(self.run).lower()}-abgelehnt.{back.extension}"
        return attachment(FileResponse(back.file), name, back.content_type)
