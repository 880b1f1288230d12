"""What may become of an occupancy plan: its states and the steps between them. No model, no screen."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from workflow.table import Transition


class PlanState(TextChoices):
    DRAFT = "draft", _("Entwurf")
    SUBMITTED = "submitted", _("eingereicht")
    VERIFIED = "verified", _("geprüft")
    DISPUTED = "disputed", _("bestritten")
    SUPERSEDED = "superseded", _("abgelöst")
    DISCARDED = "discarded", _("verworfen")


#: Plans that say who lived in a dwelling from their day on, until the next one of these.
EFFECTIVE = (PlanState.VERIFIED, PlanState.DISPUTED, PlanState.SUPERSEDED)
#: Plans whose entries may still be changed.
OPEN = (PlanState.DRAFT,)

PLAN = (
    Transition(
        verb="submit",
        label=_("Zur Prüfung einreichen"),
        sources=(PlanState.DRAFT,),
        target=PlanState.SUBMITTED,
        explains=_(
            "Danach kann der Plan nicht mehr geändert, nur geprüft oder zurückgegeben werden."
        ),
    ),
    Transition(
        verb="send_back",
        label=_("Zur Überarbeitung zurückgeben"),
        sources=(PlanState.SUBMITTED,),
        target=PlanState.DRAFT,
        right="verify",
        reason=True,
        explains=_("Der Plan wird wieder ein Entwurf. Der Grund steht im Verlauf."),
    ),
    Transition(
        verb="verify",
        label=_("Als geprüft bestätigen"),
        sources=(PlanState.SUBMITTED,),
        target=PlanState.VERIFIED,
        right="verify",
        sets=("evidence",),
        explains=_(
            "Fläche, Regel und Ergebnis werden festgehalten. Der Plan und seine Einträge sind dann "
            "nicht mehr änderbar; ältere geprüfte Pläne der Wohnung gelten als abgelöst."
        ),
    ),
    Transition(
        verb="dispute",
        label=_("Als bestritten kennzeichnen"),
        sources=(PlanState.VERIFIED,),
        target=PlanState.DISPUTED,
        right="verify",
        reason=True,
        explains=_("Der Plan gilt weiter, bis er bestätigt oder durch einen neuen abgelöst wird."),
    ),
    Transition(
        verb="confirm",
        label=_("Trotz Widerspruchs bestätigen"),
        sources=(PlanState.DISPUTED,),
        target=PlanState.VERIFIED,
        right="verify",
        reason=True,
    ),
    Transition(
        verb="discard",
        label=_("Verwerfen"),
        sources=(PlanState.DRAFT,),
        target=PlanState.DISCARDED,
        reason=True,
        danger=True,
        explains=_("Der Plan bleibt lesbar, wird aber nie gelten."),
    ),
    Transition(
        verb="reject",
        label=_("Nicht anerkennen"),
        sources=(PlanState.SUBMITTED,),
        target=PlanState.DISCARDED,
        right="verify",
        reason=True,
        danger=True,
        explains=_("Der Plan bleibt lesbar, wird aber nie gelten."),
    ),
    Transition(
        verb="supersede",
        label=_("Ablösen"),
        sources=(PlanState.VERIFIED, PlanState.DISPUTED),
        target=PlanState.SUPERSEDED,
        offered=False,
    ),
)
