"""Reporting a defect and following a report: POST only, nothing in addresses, caches or logs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from inspections.models import ReportMessage
from inspections.reports import actions, codes
from inspections.reports.actions import Looked, NoReceiver
from inspections.reports.rules import Direction, PublicState
from pages.frame import Frame, LanguageLink, frame_for
from pages.languages import PortalLanguage, portal_languages
from pages.models import HomePage
from pages.reporting import limits
from pages.reporting.forms import AnswerForm, CodeForm, ReportForm, TimedForm, text_language
from pages.reporting.tokens import TooFast, TooOld, new_token, require_time, seed_of, sent_from_here
from workflow import Refused

log = structlog.get_logger(__name__)

LARGEST = 64 * 1024  # bytes of a form; its longest fields hold 2,000 letters
FORM_TYPE = "application/x-www-form-urlencoded"


@method_decorator([csrf_exempt, sensitive_post_parameters()], name="dispatch")
class _Door(View):
    """What both pages share. Exempt from Django's check, which needs a cookie: see `tokens`."""

    http_method_names = ["get", "head", "post", "options"]  # noqa: RUF012
    address = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refusal = self._refusal(request) if request.method == "POST" else None
        response = refusal or super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        """What no page of ours sends: too large, of another kind, from another site."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            return self._notice(_("Das ist zu viel Text. Bitte kürzen Sie ihn."), 413)
        if request.content_type != FORM_TYPE:
            return self._notice(_("Diese Art von Daten nehmen wir hier nicht an."), 415)
        if not sent_from_here(request):
            return self._notice(
                _("Bitte öffnen Sie das Formular auf dieser Seite und senden Sie es von hier."), 403
            )
        return None

    def _notice(self, text: str, status: int) -> HttpResponse:
        return self._page("pages/reporting/notice.html", {"text": text}, status)

    def _wait(self, limit: limits.Limit) -> HttpResponse:
        minutes = int(limit.within.total_seconds() // 60)
        text = _(
            "Das waren sehr viele Versuche. Bitte warten Sie %(minutes)s Minuten, oder rufen Sie uns an."
        )
        response = self._notice(text % {"minutes": minutes}, 429)
        response.headers["Retry-After"] = str(int(limit.within.total_seconds()))
        return response

    def _page(self, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        frame = portal_frame(self.request, self.address)
        form = context.get("form")
        if form is not None and form.is_bound and form.errors:
            status = 422
        return render(
            self.request,
            name,
            {"frame": frame, "address": reverse(self.address), **context},
            status=status,
        )

    def _timely(self, form: TimedForm) -> bool:
        """Whether a person can have filled in the form. If not, it says so and keeps what was typed."""
        token = str(form.data.get("token", ""))
        try:
            require_time(token)
        except TooFast:
            form.add_error(
                None,
                _(
                    "Das ging sehr schnell. Bitte prüfen Sie Ihre Angaben und senden Sie noch einmal."
                ),
            )
        except TooOld:
            data: Any = form.data
            form.data = renewed = data.copy()
            renewed["token"] = new_token()
            form.add_error(None, _("Die Seite war lange offen. Bitte senden Sie noch einmal."))
        return not form.errors


class ReportView(_Door):
    """The report form. A reader ends on the receipt with the code, which is shown once."""

    address = "new_report"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(
            "pages/reporting/new.html", {"form": ReportForm(initial={"token": new_token()})}
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        for limit in (limits.REPORTS, limits.ALL_REPORTS):
            if limits.is_reached(limit, request):
                return self._wait(limit)
        form = ReportForm(request.POST)
        if not form.is_valid() or not self._timely(form):
            return self._page("pages/reporting/new.html", {"form": form})
        return self._receive(request, form)

    def _receive(self, request: HttpRequest, form: ReportForm) -> HttpResponse:
        try:
            receipt = actions.receive(
                form.report(), user=actions.PUBLIC, seed=seed_of(form.cleaned_data["token"])
            )
        except NoReceiver:
            log.error("report_refused", reason="no unit receives reports", setting="REPORTS_UNIT")
            return self._notice(
                _("Meldungen sind hier gerade nicht möglich. Bitte rufen Sie uns an."), 503
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self._page("pages/reporting/new.html", {"form": form})
        for limit in (limits.REPORTS, limits.ALL_REPORTS):
            limits.count(limit, request)
        return self._page(
            "pages/reporting/receipt.html",
            {"receipt": receipt, "follow_url": reverse("follow_report")},
        )


class FollowView(_Door):
    """A code opens the coarse status of its report, and the box for an answer."""

    address = "follow_report"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page("pages/reporting/code.html", {"form": CodeForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        if limits.is_reached(limits.WRONG_CODES, request):
            return self._wait(limits.WRONG_CODES)
        form = CodeForm(request.POST)
        if not form.is_valid():
            return self._page("pages/reporting/code.html", {"form": form})
        try:
            body = codes.read(form.cleaned_data["code"])
        except codes.Mistyped:
            form.add_error(
                "code", _("In diesem Code ist ein Tippfehler. Bitte vergleichen Sie ihn.")
            )
            return self._page("pages/reporting/code.html", {"form": form})
        looked = actions.look_up(body)
        if looked is None:
            limits.count(limits.WRONG_CODES, request)
            form.add_error(
                "code", _("Zu diesem Code gibt es keine Meldung. Bitte vergleichen Sie ihn.")
            )
            return self._page("pages/reporting/code.html", {"form": form})
        if "text" in request.POST:
            return self._answer(request, body, looked)
        return self._status(body, looked)

    def _status(
        self, body: str, looked: Looked, form: AnswerForm | None = None, **told: Any
    ) -> HttpResponse:
        report = looked.report
        if form is None:
            form = AnswerForm(initial={"code": codes.written(body), "token": new_token()})
        asks = report.public_state == PublicState.QUESTION
        return self._page(
            "pages/reporting/status.html",
            {
                "received_on": report.received_at,
                "state": report.public_state,
                "messages_shown": looked.messages,
                "language": text_language(),
                "form": form if asks else None,
                **told,
            },
        )

    def _answer(self, request: HttpRequest, body: str, looked: Looked) -> HttpResponse:
        """Take the answer. Says that it arrived only when it is there: the clock may be faster."""
        if limits.is_reached(limits.ANSWERS, request):
            return self._wait(limits.ANSWERS)
        form = AnswerForm(request.POST)
        valid = form.is_valid()
        if looked.report.public_state == PublicState.QUESTION:
            if not valid or not self._timely(form):
                return self._status(body, looked, form)
            limits.count(limits.ANSWERS, request)
            looked = self._take(body, looked, form.cleaned_data["text"])
        text = form.cleaned_data.get("text", "")
        if text and not _is_last(text, looked.messages):
            return self._status(body, looked, late=text)
        return self._status(body, looked, answered=bool(text))

    def _take(self, body: str, looked: Looked, text: str) -> Looked:
        try:
            actions.answer(looked.report, text=text, language=text_language())
        except Refused:
            log.info("answer_came_late")  # the other window, or the clock, was faster
        return actions.look_up(body) or looked


def _is_last(text: str, messages: Sequence[ReportMessage]) -> bool:
    """Whether this answer ends the dialogue: also when the form was sent twice."""
    last = messages[-1] if messages else None
    return last is not None and (last.direction, last.text) == (Direction.FROM_REPORTER, text)


def portal_frame(request: HttpRequest, address: str) -> Frame | None:
    """The frame of the portal around a page that is none of its pages. None without a portal."""
    homes = HomePage.objects.live().select_related("locale")
    active = translation.get_language() or settings.LANGUAGE_CODE
    home = (
        homes.filter(locale__language_code=active).first()
        or homes.filter(locale__language_code=settings.LANGUAGE_CODE).first()
    )
    if home is None:
        return None
    links = [_link(language, address, request) for language in portal_languages()]
    frame = frame_for(home, request)
    return replace(frame, languages=links, canonical_url="")


def _link(language: PortalLanguage, address: str, request: HttpRequest) -> LanguageLink:
    with translation.override(language.code):
        url = reverse(address)
    return LanguageLink(
        language=language,
        url=url,
        absolute_url=request.build_absolute_uri(url),
        is_current=language.code == translation.get_language(),
        is_translated=True,
    )
