"""Following a report: whoever has its code reads how it stands, and answers a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.models import AppointmentRequest
from inspections.models import ReportMessage
from inspections.reports import actions, codes
from inspections.reports.actions import Looked
from inspections.reports.rules import Direction, PublicState
from pages.reporting import limits
from pages.reporting.appointment import appointment_by_code, calendar_of
from pages.reporting.door import Door
from pages.reporting.forms import TOO_FAST, TOO_OLD, AnswerForm, CodeForm, text_language
from pages.reporting.tokens import TooFast, TooOld, new_token, require_time
from workflow import Refused

log = structlog.get_logger(__name__)


class FollowView(Door):
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
        asked = appointment_by_code(body) if looked is None else None
        if asked is not None:
            return self._appointment(request, body, asked)
        if looked is None:
            limits.count(limits.WRONG_CODES, request)
            form.add_error(
                "code", _("Zu diesem Code gibt es keine Meldung. Bitte vergleichen Sie ihn.")
            )
            return self._page("pages/reporting/code.html", {"form": form})
        if "text" in request.POST:
            return self._answer(request, body, looked)
        return self._status(body, looked)

    def _appointment(
        self, request: HttpRequest, body: str, asked: AppointmentRequest
    ) -> HttpResponse:
        code = codes.written(body)
        if request.POST.get("go") == "ics":
            return calendar_of(asked, code, request.build_absolute_uri(reverse(self.address)))
        context = {"asked": asked, "code": code, "language": text_language()}
        return self._page("pages/reporting/appointment_status.html", context)

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
            if not valid or not _is_timely(form):
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


def _is_timely(form: AnswerForm) -> bool:
    """Whether a person can have filled in the form. If not, it says so and keeps what was typed."""
    try:
        require_time(str(form.data.get("token", "")))
    except TooFast:
        form.add_error(None, TOO_FAST)
    except TooOld:
        data: Any = form.data
        form.data = renewed = data.copy()
        renewed["token"] = new_token()
        form.add_error(None, TOO_OLD)
    return not form.errors
