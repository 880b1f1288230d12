"""Asking an offer for an appointment or a call: one page, no account, the code is the way back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.units import format_unit
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Locale

from agenda.appointments.actions import request_appointment
from agenda.appointments.rules import ANSWER_WITHIN, KEEP, Kind, RequestState
from agenda.models import AppointmentRequest
from agenda.working_days import our_working_days
from inspections.reports import codes
from law.queries import FigureMissing, figure
from law.rules import Unit
from pages.languages import COUNSELLING_CODES, active_locale, language_name
from pages.queries import OfferCard, is_off, offer_cards, offer_hours
from pages.reporting import limits
from pages.reporting.door import Door, too_often, waiting
from pages.reporting.forms import TOO_FAST, TOO_OLD, PublicForm
from pages.reporting.questions import at_most
from pages.reporting.tokens import TooFast, TooOld, new_token, renewed, require_time, seed_of
from pages.rules import Sitting, next_sittings
from pages.sharing.calendars import Wording, request_calendar
from pages.templatetags.sharing import qr

ANOTHER_DAY = ""
_DURATIONS = {
    Unit.DAYS: "duration-day",
    Unit.WEEKS: "duration-week",
    Unit.MONTHS: "duration-month",
    Unit.YEARS: "duration-year",
}


class AppointmentForm(PublicForm):
    """Names are never asked, and nobody has to be reachable: the code leads to the answer."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Was möchten Sie?"),
        choices=Kind.choices,
        initial=Kind.VISIT,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine Antwort.")},
    )
    slot = forms.ChoiceField(
        label=gettext_lazy("Welcher Tag passt Ihnen?"),
        widget=forms.RadioSelect,
        required=False,
        initial=ANOTHER_DAY,
        error_messages={
            "invalid_choice": gettext_lazy(
                "Diese Zeit ist inzwischen vorbei. Bitte wählen Sie eine andere."
            )
        },
    )
    times = forms.CharField(
        label=gettext_lazy("Andere Tage und Zeiten, die Ihnen passen"),
        help_text=gettext_lazy("Zum Beispiel: Montag und Mittwoch nach 15 Uhr. Freiwillig."),
        required=False,
        **at_most(200),
    )
    topic = forms.CharField(
        label=gettext_lazy("Worum geht es?"),
        help_text=gettext_lazy("Ein Satz genügt, in jeder Sprache. Freiwillig."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        **at_most(300),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("In welcher Sprache möchten Sie sprechen?"), widget=forms.Select
    )
    interpreter = forms.BooleanField(
        label=gettext_lazy("Bitte jemanden dazuholen, der übersetzt."), required=False
    )
    contact = forms.CharField(
        label=gettext_lazy("Telefon oder E-Mail"),
        help_text=gettext_lazy("Für einen Rückruf brauchen wir eine Nummer. Sonst freiwillig."),
        required=False,
        **at_most(200),
    )

    def __init__(self, *args: Any, slots: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["slot"]
        choices.choices = [*slots, (ANOTHER_DAY, _("an einem anderen Tag"))]
        languages: Any = self.fields["language"]
        languages.choices = sorted(
            ((code, language_name(code)) for code in COUNSELLING_CODES), key=lambda each: each[1]
        )
        languages.initial = (translation.get_language() or "").split("-")[0]
        if not slots:
            del self.fields["slot"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        unreachable = not cleaned.get("contact") and not self.has_error("contact")
        if cleaned.get("kind") == Kind.CALL and unreachable:
            self.add_error("contact", _("Bitte sagen Sie, unter welcher Nummer wir Sie anrufen."))
        return cleaned


class AppointmentView(Door):
    """The form for one offer. Only offers that name who answers have it."""

    address = "request_appointment"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.arguments = (kwargs["offer"],)

    def get(self, request: HttpRequest, offer: int) -> HttpResponse:
        card = self._card(offer)
        return self._form(card, AppointmentForm(slots=_slots(card)), new_token())

    def post(self, request: HttpRequest, offer: int) -> HttpResponse:
        card = self._card(offer)
        form = AppointmentForm(request.POST, slots=_slots(card))
        token = str(request.POST.get("token", ""))
        if request.POST.get("go") == "stay":
            typed = {name: request.POST.get(name) for name in form.fields}
            return self._form(card, AppointmentForm(initial=typed, slots=_slots(card)), token)
        if limits.is_reached(limits.APPOINTMENTS, request):
            form.add_error(None, too_often(limits.APPOINTMENTS))
            return waiting(self._form(card, form, token, 429), limits.APPOINTMENTS)
        if form.is_valid():
            token = _in_time(form, token)
        if not form.is_valid():
            return self._form(card, form, token)
        return self._take(request, card, form, token)

    def _take(
        self, request: HttpRequest, card: OfferCard, form: AppointmentForm, token: str
    ) -> HttpResponse:
        unit: Any = card.offer.requests_to  # see `takes_requests`
        body = codes.body_from(seed_of(token))
        said = form.cleaned_data
        slot = said.get("slot")
        asked = AppointmentRequest(
            kind=said["kind"],
            offer=card.offer.title,
            topic=said["topic"],
            language=_in_german(said["language"]),
            interpreter=said["interpreter"],
            slot=datetime.fromisoformat(slot) if slot else None,
            times=said["times"],
            contact=said["contact"],
            receipt_hash=codes.hashed(body),
        )
        try:
            asked = request_appointment(asked, unit=unit)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self._form(card, form, token)
        limits.count(limits.APPOINTMENTS, request)
        code = codes.written(body)
        context = {
            "card": card,
            "asked": asked,
            "code": code,
            "qr": qr(code),
            "follow_url": reverse("follow_report"),
        }
        return self._page("pages/reporting/appointment_receipt.html", context)

    def _form(
        self, card: OfferCard, form: AppointmentForm, token: str, status: int = 200
    ) -> HttpResponse:
        context = {
            "card": card,
            "form": form,
            "token": token,
            "switches": True,
            "kept_for": _kept_for(),
        }
        return self._page("pages/reporting/appointment.html", context, status)

    def _card(self, offer: int) -> OfferCard:
        """The offer in the reader's language, if it is current and somebody answers for it."""
        locale = Locale.objects.filter(language_code=translation.get_language()).first()
        for card in offer_cards(locale or Locale.get_default()):
            if card.offer.pk == offer and card.takes_requests:
                return card
        raise Http404


def _in_time(form: AppointmentForm, token: str) -> str:
    """The token to go on with. Says on the form what is wrong with its time."""
    try:
        require_time(token)
    except TooFast:
        form.add_error(None, TOO_FAST)
    except TooOld:
        form.add_error(None, TOO_OLD)
        try:
            return renewed(token)
        except TooOld:
            return new_token()
    return token


def _kept_for() -> str:
    """ "6 Monate": how long what is asked stays (Art. 13 Abs. 2 Buchst. a GDPR); "" if not known."""
    try:
        term = figure(KEEP, timezone.localdate())
    except FigureMissing:
        return ""
    return format_unit(term.count, _DURATIONS[term.unit], locale=active_locale())


def _in_german(code: str) -> str:
    """The name of a language as staff read it."""
    with translation.override(settings.LANGUAGE_CODE):
        return language_name(code)


def _slots(card: OfferCard) -> list[tuple[str, str]]:
    """The hours of the next day of the offer that have not begun, as a value and in words."""
    offer = card.offer
    starts = _to_come(card.next_sittings)
    if card.next_sittings and not starts:  # the last one of that day is going on
        tomorrow = card.next_sittings[0].day + timedelta(days=1)
        later = next_sittings(
            offer_hours(offer), is_off(offer), start=tomorrow, end=offer.valid_until
        )
        starts = _to_come(later)
    return [(at.isoformat(), date_format(at, "l, d.m.Y H:i")) for at in starts]


def _to_come(sittings: list[Sitting]) -> list[datetime]:
    zone = ZoneInfo(settings.TIME_ZONE)
    starts = [datetime.combine(sitting.day, sitting.starts, zone) for sitting in sittings]
    return [at for at in starts if at > timezone.now()]


def appointment_by_code(body: str) -> AppointmentRequest | None:
    """The request to the ten signs of a code."""
    hashes = codes.possible_hashes(body)
    found = AppointmentRequest.objects.filter(receipt_hash__in=hashes).first()
    return found if found and codes.matches(body, found.receipt_hash) else None


def calendar_of(asked: AppointmentRequest, code: str, address: str) -> HttpResponse:
    """The appointment, or a day on which to ask for the answer, as a file for the calendar."""
    is_sure = asked.state == RequestState.CONFIRMED
    day = our_working_days().after(timezone.localdate(asked.requested_at), ANSWER_WITHIN)
    title = _("Ihr Termin") if is_sure else _("Termin angefragt, noch nicht bestätigt")
    written = request_calendar(
        f"appointment:{asked.receipt_hash}",
        words=Wording(
            title=f"{title}: {asked.offer}",
            text=_("Ihr Code:") + f" {code}",
            place="",
            url=address,
            language=(translation.get_language() or "de").split("-")[0],
            stamp=timezone.now(),
        ),
        zone=ZoneInfo(settings.TIME_ZONE),
        starts=asked.appointment_at if is_sure else asked.slot,
        on=day,
        is_sure=is_sure,
    )
    return HttpResponse(
        written,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="termin.ics"'},
    )
