"""Reporting a defect, step by step. What was typed goes along, whichever button is pressed.

Every page is a form that carries the token of its draft (`tokens`, `drafts`); `go` says where to:
"next", "back", "stay" (another language, photos added), "drop:…" (one photo), "send", or the name
of a step. The pages between may be kept by the reader's own browser, or its back button would ask
whether to send again; nobody else is given them.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from inspections.reports import actions
from inspections.reports.actions import NoReceiver, Receipt
from pages.reporting import drafts, limits, photos
from pages.reporting.door import Door, too_often, waiting
from pages.reporting.drafts import MOST_PHOTOS, Draft
from pages.reporting.forms import TOO_FAST, TOO_OLD, PublicForm
from pages.reporting.photos import PhotoUpload
from pages.reporting.questions import NO_DANGER, DangerForm
from pages.reporting.steps import (
    BY_NAME,
    CHECK,
    PAGES,
    PHOTOS,
    STEPS,
    WHAT,
    Step,
    report_of,
    rows,
)
from pages.reporting.tokens import TooFast, TooOld, new_token, renewed, require_time, seed_of
from pages.templatetags.sharing import qr

log = structlog.get_logger(__name__)

KEPT_BY_THE_READER = "no-cache, private"


class DangerView(Door):
    """Call 112, and nothing else: no form, nothing stored."""

    address = "report_danger"
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page("pages/reporting/danger.html", {"form_url": reverse("new_report")})


class ReportView(Door):
    """The form. A reader ends on the receipt with the code, which is shown once."""

    address = "new_report"
    token = ""
    seed = ""
    then = ""  # "check" where a step was opened from the page that shows all answers

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.draft = Draft()

    def get(self, request: HttpRequest) -> HttpResponse:
        self.token = new_token()
        return self._gate(DangerForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        is_known = self._take_token(str(request.POST.get("token", "")))
        draft = drafts.load(self.seed)
        if draft is None and (receipt := actions.received(self.seed)):
            return self._receipt(receipt)
        self.draft = draft or Draft()
        self.then = CHECK.name if request.POST.get("then") == CHECK.name else ""
        step = BY_NAME.get(str(request.POST.get("step")))
        if step is None:
            return self._pass_gate(request)
        if draft is None and limits.is_reached(limits.DRAFTS, request):
            return self._wait(limits.DRAFTS)
        go = str(request.POST.get("go", "next"))
        if not is_known or (draft is None and step is not WHAT):
            return self._lost(request, step, is_known)
        return self._follow(request, step, go)

    def _take_token(self, token: str) -> bool:
        """Whether it is one of ours. Its age counts when the report is sent, and not before."""
        try:
            seed_of(token)
            self.token = token
        except TooOld:
            try:
                self.token = renewed(token)
            except TooOld:
                self.token = new_token()
                self.seed = seed_of(self.token)
                return False
        self.seed = seed_of(self.token)
        return True

    # From page to page --------------------------------------------------------------------------------

    def _pass_gate(self, request: HttpRequest) -> HttpResponse:
        form = DangerForm(request.POST)
        if request.POST.get("go") == "stay":
            return self._gate(DangerForm(initial={"danger": request.POST.get("danger")}))
        if not form.is_valid():
            return self._gate(form)
        if form.cleaned_data["danger"] != NO_DANGER:
            return HttpResponseRedirect(reverse("report_danger"), status=303)
        return self._show(WHAT)

    def _lost(self, request: HttpRequest, step: Step, is_known: bool) -> HttpResponse:
        """The draft is gone, or the token is none of ours: what stands on this page stays."""
        self._note(request, step)
        problems = self._photos(request, step, "stay")
        form = step.filled(self.draft.answers)
        form.is_valid()
        form.add_error(None, TOO_OLD)
        if is_known:
            form.add_error(
                None, _("Was auf den anderen Seiten stand, ist nach einem Tag gelöscht.")
            )
        return self._show(step, form, problems=problems)

    def _follow(self, request: HttpRequest, step: Step, go: str) -> HttpResponse:
        if go == "send":
            return self._send(request)
        if go in ("stay", "back") or go.startswith("drop:"):
            self._note(request, step)
            problems = self._photos(request, step, go)
            return self._back(step) if go == "back" else self._show(step, problems=problems)
        if step is CHECK:
            self.then = CHECK.name
            return self._show(BY_NAME.get(go, CHECK))
        form = step.form(request.POST)
        problems = self._photos(request, step, go)
        if not form.is_valid() or problems:
            return self._show(step, form, problems=problems)
        self._note(request, step)
        return self._show(CHECK if self.then else PAGES[PAGES.index(step) + 1])

    def _back(self, step: Step) -> HttpResponse:
        if self.then:
            return self._show(CHECK)
        place = PAGES.index(step)
        return self._show(PAGES[place - 1]) if place else self._gate(DangerForm())

    def _photos(self, request: HttpRequest, step: Step, go: str) -> list[str]:
        """Only the page of photos takes any: see PhotosView."""
        return []

    def _note(self, request: HttpRequest, step: Step) -> None:
        """Keep what was typed, right or wrong. A page where nothing was asked begins no draft."""
        typed = {name: request.POST.getlist(name) for name in step.fields if step is not PHOTOS}
        if not any(any(values) for values in typed.values()) and not self.draft.answers:
            return
        if not self.draft.answers:
            limits.count(limits.DRAFTS, request)
        self.draft = drafts.note(self.seed, typed)

    # Pages --------------------------------------------------------------------------------------------

    def _gate(self, form: DangerForm) -> HttpResponse:
        self.address = ReportView.address
        return self._kept("pages/reporting/gate.html", {"form": form})

    def _show(
        self,
        step: Step,
        form: PublicForm | None = None,
        *,
        problems: list[str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """A page of the form. The language of the page leads to the same step, wherever one is."""
        if form is None:
            form = step.form({}) if problems else step.shown(self.draft.answers)
        if problems:
            form.is_valid()
            form.add_error("photos" if step is PHOTOS else None, problems)
        self.address = PhotosView.address if step is PHOTOS else ReportView.address
        context = {
            "form": form,
            "step": step,
            "number": PAGES.index(step) + 1,
            "total": len(PAGES),
            "photos": self.draft.photos,
            "may_add": len(self.draft.photos) < MOST_PHOTOS,
            "most": MOST_PHOTOS,
        }
        if step is CHECK:
            context["rows"] = rows(self.draft.answers)
            return self._kept("pages/reporting/check.html", context, status)
        if step is PHOTOS:
            return self._kept("pages/reporting/photos.html", context, status)
        return self._kept("pages/reporting/step.html", context, status)

    def _kept(self, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        context |= {"token": self.token, "then": self.then}
        context["switches"] = bool(self.draft.answers) or "step" in context
        response = self._page(name, context, status)
        if self.request.method == "POST":
            response.headers["Cache-Control"] = KEPT_BY_THE_READER
        return response

    # The end ------------------------------------------------------------------------------------------

    def _send(self, request: HttpRequest) -> HttpResponse:
        for step in STEPS:
            form = step.filled(self.draft.answers)
            if not form.is_valid():
                self.then = CHECK.name
                return self._show(step, form)
        for limit in (limits.REPORTS, limits.ALL_REPORTS):
            if limits.is_reached(limit, request):
                return waiting(self._refused(too_often(limit), 429), limit)
        try:
            require_time(str(request.POST.get("token", "")))
        except TooFast:
            return self._refused(str(TOO_FAST))
        except TooOld:
            return self._refused(str(TOO_OLD))
        return self._receive(request)

    def _refused(self, problem: str, status: int = 200) -> HttpResponse:
        return self._show(CHECK, problems=[problem], status=status)

    def _receive(self, request: HttpRequest) -> HttpResponse:
        try:
            receipt = actions.receive(
                report_of(self.draft.answers),
                user=actions.PUBLIC,
                seed=self.seed,
                photos=drafts.files_of(self.seed, self.draft),
            )
        except NoReceiver:
            log.error("report_refused", reason="no unit receives reports", setting="REPORTS_UNIT")
            return self._refused(
                _("Meldungen sind hier gerade nicht möglich. Bitte rufen Sie uns an."), 503
            )
        except ValidationError as error:
            return self._show(CHECK, problems=error.messages)
        drafts.forget(self.seed)
        if receipt.is_new:
            for limit in (limits.REPORTS, limits.ALL_REPORTS):
                limits.count(limit, request)
        return self._receipt(receipt)

    def _receipt(self, receipt: Receipt) -> HttpResponse:
        self.address = ReportView.address
        context = {
            "receipt": receipt,
            "is_again": not receipt.is_new and self.request.POST.get("go") != "stay",
            "follow_url": reverse("follow_report"),
            "qr": qr(receipt.code),
            "token": self.token,
            "step": CHECK,
            "switches": True,
        }
        return self._page("pages/reporting/receipt.html", context)


class PhotosView(ReportView):
    """The page of the photos, with an address of its own: only here files are taken."""

    address = "report_photos"
    largest = photos.LARGEST
    form_type = "multipart/form-data"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.upload = PhotoUpload(request)
        request.upload_handlers = [self.upload, TemporaryFileUploadHandler(request)]

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse(ReportView.address))

    def too_large(self) -> str:
        return _(
            "Die Fotos sind zusammen zu groß. Bitte gehen Sie zurück und wählen Sie weniger aus."
        )

    def _photos(self, request: HttpRequest, step: Step, go: str) -> list[str]:
        if step is not PHOTOS:
            return []
        if go.startswith("drop:"):
            self.draft = drafts.drop_photo(self.seed, go.removeprefix("drop:"))
            return []
        problems = photos.take(request, self.seed, self.upload)
        self.draft = drafts.load(self.seed) or self.draft
        return problems
