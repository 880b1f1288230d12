"""How a request for an appointment goes on. Pure."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from workflow import Transition


class Kind(TextChoices):
    VISIT = "visit", _("Termin vor Ort")
    CALL = "call", _("Rückruf am Telefon")


class RequestState(TextChoices):
    REQUESTED = "requested", _("angefragt")
    CONFIRMED = "confirmed", _("bestätigt")
    DECLINED = "declined", _("nicht möglich")
    DONE = "done", _("erledigt")


ANSWER_WITHIN = 3  # working days: what the reader is told to wait, and the unit's task is due by
UNSETTLED = (RequestState.REQUESTED, RequestState.CONFIRMED)
OVER = (RequestState.DECLINED, RequestState.DONE)
KEEP = "appointment.keep"  # the legal figure: how long what people wrote stays after that
PROCEED = "proceed"  # the right to answer
CONTENT = "content"  # the right to read what somebody wants to talk about, and how to reach them

APPOINTMENT = (
    Transition(
        verb="confirm",
        label=_("Termin bestätigen"),
        sources=UNSETTLED,
        target=RequestState.CONFIRMED,
        right=PROCEED,
        sets=("appointment_at", "answer"),
        requires=("appointment_at",),
        explains=_(
            "Tag, Uhrzeit und Antwort stehen auf der Statusseite und werden mit dem Code gelesen."
        ),
    ),
    Transition(
        verb="decline",
        label=_("Nicht möglich"),
        sources=UNSETTLED,
        target=RequestState.DECLINED,
        right=PROCEED,
        sets=("answer",),
        requires=("answer",),
        explains=_("Die Antwort steht auf der Statusseite: bitte sagen, wer sonst helfen kann."),
        danger=True,
    ),
    Transition(
        verb="finish",
        label=_("Erledigt"),
        sources=(RequestState.CONFIRMED,),
        target=RequestState.DONE,
        right=PROCEED,
        explains=_("Der Termin war, oder der Rückruf ist erledigt."),
    ),
)
