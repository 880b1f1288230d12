"""How a support case goes on. Tables, no model."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from workflow.table import Transition

PROCEED = "proceed"


class State(TextChoices):
    """Where a support case stands (casework 2.3)."""

    OPEN = "open", _("eröffnet")
    ASSESSED = "assessed", _("Lage geklärt")
    PLAN_AGREED = "plan_agreed", _("Plan vereinbart")
    ACTIVE = "active", _("in Begleitung")
    FOLLOW_UP = "follow_up", _("Nachschau")
    CLOSED = "closed", _("beendet")
    TRANSFERRED = "transferred", _("übergeben")


SETTLED = (State.CLOSED, State.TRANSFERRED)
GOING_ON = (State.OPEN, State.ASSESSED, State.PLAN_AGREED, State.ACTIVE, State.FOLLOW_UP)


class Urgency(TextChoices):
    NORMAL = "normal", _("normal")
    SOON = "soon", _("bald")
    URGENT = "urgent", _("dringend")


class CloseReason(TextChoices):
    GOAL_REACHED = "goal_reached", _("Ziel erreicht")
    HELP_ELSEWHERE = "help_elsewhere", _("Hilfe an anderer Stelle")
    NOT_WANTED = "not_wanted", _("Begleitung nicht mehr gewünscht")
    MOVED = "moved", _("weggezogen")
    CONTACT_LOST = "contact_lost", _("Kontakt verloren")


class ContactKind(TextChoices):
    VISIT = "visit", _("Besuch")
    OFFICE = "office", _("im Büro")
    PHONE = "phone", _("Telefon")
    ACCOMPANIED = "accompanied", _("Begleitung zu einem Termin")
    SCHOOL = "school", _("in der Schule")
    MESSAGE = "message", _("Nachricht")
    MISSED = "missed", _("nicht angetroffen")


SUPPORT = (
    Transition(
        verb="assess",
        label=_("Lage geklärt"),
        sources=(State.OPEN,),
        target=State.ASSESSED,
        right=PROCEED,
        sets=("situation",),
        requires=("situation",),
        explains=_("Was ist los, was wünscht sich die Person, was ist dringend?"),
    ),
    Transition(
        verb="agree_plan",
        label=_("Ziel vereinbaren"),
        sources=(State.ASSESSED,),
        target=State.PLAN_AGREED,
        right=PROCEED,
        sets=("goal", "next_step", "next_on"),
        requires=("goal",),
        explains=_(
            "Das Ziel steht in den Worten der Person. Der nächste Schritt wird zur Aufgabe."
        ),
    ),
    Transition(
        verb="begin",
        label=_("Begleitung beginnen"),
        sources=(State.PLAN_AGREED,),
        target=State.ACTIVE,
        right=PROCEED,
        sets=("case_worker",),
        requires=("case_worker",),
    ),
    Transition(
        verb="follow_up",
        label=_("In die Nachschau"),
        sources=(State.ACTIVE,),
        target=State.FOLLOW_UP,
        right=PROCEED,
        sets=("next_on",),
        requires=("next_on",),
        explains=_("An diesem Tag wird noch einmal nachgefragt. Es entsteht eine Aufgabe."),
    ),
    Transition(
        verb="resume",
        label=_("Begleitung fortsetzen"),
        sources=(State.FOLLOW_UP,),
        target=State.ACTIVE,
        right=PROCEED,
    ),
    Transition(
        verb="close",
        label=_("Beenden"),
        sources=GOING_ON,
        target=State.CLOSED,
        right=PROCEED,
        reason=True,
        sets=("close_reason",),
        requires=("close_reason",),
        explains=_("Offene Aufgaben zu diesem Fall werden gestrichen."),
    ),
    Transition(
        verb="transfer",
        label=_("An eine andere Stelle übergeben"),
        sources=GOING_ON,
        target=State.TRANSFERRED,
        right=PROCEED,
        reason=True,
        explains=_("Übergeben wird durch eine Vermittlung. Die Vermerke bleiben bei Ihrem Team."),
        danger=True,
    ),
    Transition(
        verb="reopen",
        label=_("Wieder öffnen"),
        sources=SETTLED,
        target=State.OPEN,
        right=PROCEED,
        reason=True,
    ),
)
