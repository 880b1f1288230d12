"""How an order reaches its addressee: ways, states and the table of steps (§ 41 VwVfG, VwZG). Pure."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from inspections.enforcement.rules import PROCEED
from workflow import Transition


class DeliveryMethod(TextChoices):
    POSTED = "posted", _("einfacher Brief")
    REGISTERED = "registered", _("Einschreiben")
    SECURE_MAIL = "secure_mail", _("elektronisch, sicherer Weg")
    PZU = "pzu", _("Postzustellungsurkunde")
    PERSONAL = "personal", _("persönlich gegen Empfangsbekenntnis")
    ON_SITE = "posted_on_site", _("Aushang am Haus")
    PUBLIC = "public_notice", _("öffentliche Bekanntgabe")


#: Method → legal figure by which the day of service is presumed. The others need proof.
PRESUMED_BY = {
    DeliveryMethod.POSTED: "delivery.posted",
    DeliveryMethod.REGISTERED: "delivery.posted",
    DeliveryMethod.SECURE_MAIL: "delivery.electronic",
}
#: Ways by which an earlier arrival counts for nothing (§ 41 (2) VwVfG). A registered letter may have
#: come with an acknowledgement, and then its day counts (§ 4 (2) VwZG).
PRESUMED_AT_LEAST = (DeliveryMethod.POSTED, DeliveryMethod.SECURE_MAIL)


class DeliveryState(TextChoices):
    DISPATCHED = "dispatched", _("unterwegs")
    DEEMED = "deemed", _("gilt als zugegangen")
    PROVEN = "proven", _("Zugang nachgewiesen")
    RETURNED = "returned", _("zurückgekommen")


DELIVERY = (
    Transition(
        verb="prove",
        label=_("Zugang nachweisen"),
        sources=(DeliveryState.DISPATCHED, DeliveryState.DEEMED),
        target=DeliveryState.PROVEN,
        right=PROCEED,
        sets=("proven_on", "result"),
        requires=("proven_on",),
        explains=_(
            "Der nachgewiesene Tag geht dem gerechneten vor, Fristen rechnen von ihm an. Nur beim "
            "einfachen Brief und elektronisch bleibt es beim gerechneten Tag, wenn er später liegt."
        ),
    ),
    Transition(
        verb="return_mail",
        label=_("Rücklauf eintragen"),
        sources=(DeliveryState.DISPATCHED, DeliveryState.DEEMED),
        target=DeliveryState.RETURNED,
        right=PROCEED,
        sets=("returned_on", "result"),
        requires=("returned_on",),
        explains=_(
            "Die Sendung ist nicht angekommen. Laufende Fristen werden aufgehoben, und es entsteht "
            "die Aufgabe „Zustellung klären“."
        ),
        danger=True,
    ),
)
