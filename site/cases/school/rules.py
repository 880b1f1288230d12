"""How a child gets to a place at a school: the table of its steps, no model."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from workflow.table import Transition

PROCEED = "proceed"


class State(TextChoices):
    """Where a placement stands."""

    REPORTED = "reported", _("gemeldet")
    WAITING = "waiting", _("auf der Warteliste")
    PLACED = "placed", _("Platz zugesagt")
    ATTENDING = "attending", _("besucht die Schule")
    ENDED = "ended", _("beendet")


class PlacementKind(TextChoices):
    REGULAR = "regular", _("Regelklasse")
    ARRIVAL_CLASS = "arrival_class", _("Ankunftsklasse")
    PREPARATORY = "preparatory", _("Vorbereitungskurs")


class SchoolKind(TextChoices):
    PRIMARY = "primary", _("Grundschule")
    SECONDARY = "secondary", _("Sekundarschule")
    COMMUNITY = "community", _("Gemeinschaftsschule")
    GRAMMAR = "grammar", _("Gymnasium")
    SPECIAL = "special", _("Förderschule")
    VOCATIONAL = "vocational", _("Berufsbildende Schule")


class EndReason(TextChoices):
    CHANGED = "changed", _("Schule gewechselt")
    MOVED = "moved", _("weggezogen")
    FINISHED = "finished", _("Schulpflicht erfüllt")
    ERROR = "error", _("irrtümlich angelegt")


#: Whoever is in one of these takes a place.
TAKING = (State.PLACED, State.ATTENDING)
#: A child has one placement that is not ended.
OPEN = (State.REPORTED, State.WAITING, State.PLACED, State.ATTENDING)

PLACEMENT = (
    Transition(
        verb="enlist",
        label=_("Auf die Warteliste"),
        sources=(State.REPORTED,),
        target=State.WAITING,
        right=PROCEED,
        sets=("school", "kind", "waiting_since"),
        requires=("school", "kind", "waiting_since"),
        explains=_("Das Kind steht dann auf der Warteliste dieser Schule, nach dem Tag geordnet."),
    ),
    Transition(
        verb="place",
        label=_("Platz zugesagt"),
        sources=(State.REPORTED, State.WAITING),
        target=State.PLACED,
        right=PROCEED,
        sets=("school", "kind", "grade", "starts_on"),
        requires=("school", "kind", "starts_on"),
        explains=_(
            "Am ersten Schultag wird nachgefragt: Daraus wird eine Aufgabe. Einige Wochen später "
            "wird noch einmal nach dem Kind gesehen: Daraus wird eine Frist."
        ),
    ),
    Transition(
        verb="attend",
        label=_("Besucht die Schule"),
        sources=(State.PLACED,),
        target=State.ATTENDING,
        right=PROCEED,
        sets=("starts_on",),
        requires=("starts_on",),
        explains=_("Das Kind ist angekommen. Die Aufgabe zum ersten Schultag ist damit erledigt."),
    ),
    Transition(
        verb="change_kind",
        label=_("Art des Platzes wechseln"),
        sources=(State.ATTENDING,),
        right=PROCEED,
        sets=("kind", "grade"),
        requires=("kind",),
        explains=_("Zum Beispiel von der Ankunftsklasse in die Regelklasse derselben Schule."),
    ),
    Transition(
        verb="end",
        label=_("Beenden"),
        sources=OPEN,
        target=State.ENDED,
        right=PROCEED,
        sets=("end_reason", "ended_on"),
        requires=("end_reason", "ended_on"),
        explains=_("Offene Aufgaben und Fristen zu diesem Schulplatz werden gestrichen."),
    ),
)
