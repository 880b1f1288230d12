"""How a closure and the rehousing of its residents go on: tables of steps. Pure."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from workflow import Transition


class ClosureState(TextChoices):
    ORDERED = "ordered", _("angeordnet")
    EFFECTIVE = "effective", _("wirksam")
    SEALED = "sealed", _("versiegelt")
    REQUESTED = "reopening_requested", _("Öffnung beantragt")
    INSPECTED = "reopening_inspected", _("zur Öffnung besichtigt")
    PERMANENT = "permanent", _("dauerhaft gesperrt")
    LIFTED = "lifted", _("aufgehoben")
    WITHDRAWN = "withdrawn", _("nicht vollzogen")


_S = ClosureState
#: The place may not be lived in.
IN_FORCE = (_S.EFFECTIVE, _S.SEALED, _S.REQUESTED, _S.INSPECTED, _S.PERMANENT)
#: Something is still to come of it; a permanent one is a result.
UNFINISHED = (_S.ORDERED, _S.EFFECTIVE, _S.SEALED, _S.REQUESTED, _S.INSPECTED)


class NeedState(TextChoices):
    OPEN = "open", _("offen")
    OFFERED = "offered", _("Angebot liegt vor")
    ACCEPTED = "accepted", _("Angebot angenommen")
    MOVED = "moved", _("umgezogen")
    SELF_ARRANGED = "self_arranged", _("selbst untergekommen")
    DECLINED = "declined", _("Angebot abgelehnt")
    LOST_CONTACT = "lost_contact", _("nicht mehr erreichbar")


#: The person still needs a place.
WAITING = (NeedState.OPEN, NeedState.OFFERED, NeedState.ACCEPTED)

PROCEED = "proceed"
LIFT = "lift"

CLOSURE = (
    Transition(
        verb="take_effect",
        label=_("Wirksam werden lassen"),
        sources=(_S.ORDERED,),
        target=_S.EFFECTIVE,
        right=PROCEED,
        sets=("effective_from", "notice_posted_on"),
        requires=("effective_from",),
        explains=_("Ab diesem Tag darf dort niemand mehr wohnen. Der Bestand zeigt „gesperrt“."),
        danger=True,
    ),
    Transition(
        verb="list_residents",
        label=_("Unterbringung für alle Bewohner anlegen"),
        sources=(_S.ORDERED, _S.EFFECTIVE),
        right=PROCEED,
        explains=_(
            "Je Bewohnerin und Bewohner des geltenden Belegungsplans entsteht eine Zeile, ohne Plan "
            "je bei der letzten Kontrolle angetroffener Person. Was schon da ist, bleibt."
        ),
    ),
    Transition(
        verb="state_empty",
        label=_("Niemand unterzubringen: begründen"),
        sources=(_S.ORDERED, _S.EFFECTIVE),
        right=PROCEED,
        sets=("no_residents_reason",),
        requires=("no_residents_reason",),
        explains=_("Nur, wenn es weder einen Belegungsplan noch angetroffene Personen gibt."),
    ),
    Transition(
        verb="inform_youth_office",
        label=_("Unterrichtung des Jugendamts eintragen"),
        sources=(_S.ORDERED, _S.EFFECTIVE, _S.SEALED),
        right=PROCEED,
        sets=("youth_office_on", "youth_office_by"),
        requires=("youth_office_on", "youth_office_by"),
        explains=_(
            "Nötig, wenn Kinder betroffen sind: wann und durch wen das Jugendamt es erfuhr."
        ),
    ),
    Transition(
        verb="seal",
        label=_("Versiegeln"),
        sources=(_S.EFFECTIVE,),
        target=_S.SEALED,
        right=PROCEED,
        sets=("sealed_on", "seal_no", "keys"),
        requires=("sealed_on", "seal_no"),
        explains=_(
            "Tür verschlossen und gesiegelt. Für jede Bewohnerin, jeden Bewohner ist gesorgt."
        ),
        danger=True,
    ),
    Transition(
        verb="request_reopening",
        label=_("Antrag auf Öffnung eintragen"),
        sources=(_S.EFFECTIVE, _S.SEALED),
        target=_S.REQUESTED,
        right=PROCEED,
        sets=("reopening_requested_on",),
        requires=("reopening_requested_on",),
        explains=_("Die Eigentümerseite meldet, dass die Gründe behoben sind."),
    ),
    Transition(
        verb="record_inspection",
        label=_("Besichtigung eintragen"),
        sources=(_S.REQUESTED,),
        target=_S.INSPECTED,
        right=PROCEED,
        sets=("reopening_inspection",),
        requires=("reopening_inspection",),
        explains=_("Die Kontrolle, bei der nachgesehen wurde; ihr Bericht ist festgeschrieben."),
    ),
    Transition(
        verb="lift",
        label=_("Sperrung aufheben"),
        sources=(_S.INSPECTED,),
        target=_S.LIFTED,
        right=LIFT,
        reason=True,
        explains=_("Das Haus oder die Wohnung darf wieder bewohnt werden. Ein Siegel wird gelöst."),
        danger=True,
    ),
    Transition(
        verb="refuse",
        label=_("Öffnung ablehnen"),
        sources=(_S.REQUESTED, _S.INSPECTED),
        target=_S.SEALED,
        right=PROCEED,
        reason=True,
        explains=_("Die Gründe bestehen fort; es bleibt bei der Sperrung."),
    ),
    Transition(
        verb="make_permanent",
        label=_("Dauerhaft sperren"),
        sources=(_S.SEALED,),
        target=_S.PERMANENT,
        right=LIFT,
        reason=True,
        explains=_("Die Sperrung ist das Ergebnis; eine Öffnung ist nicht mehr vorgesehen."),
        danger=True,
    ),
    Transition(
        verb="withdraw",
        label=_("Nicht vollziehen"),
        sources=(_S.ORDERED,),
        target=_S.WITHDRAWN,
        right=PROCEED,
        reason=True,
        explains=_("Die angeordnete Sperrung wird nicht wirksam."),
    ),
)

NEED = (
    Transition(
        verb="offer",
        label=_("Angebot machen"),
        sources=(NeedState.OPEN, NeedState.DECLINED),
        target=NeedState.OFFERED,
        right=PROCEED,
        sets=("offered", "responsible"),
        requires=("offered",),
    ),
    Transition(
        verb="accept",
        label=_("Angebot angenommen"),
        sources=(NeedState.OFFERED,),
        target=NeedState.ACCEPTED,
        right=PROCEED,
    ),
    Transition(
        verb="decline",
        label=_("Angebot abgelehnt"),
        sources=(NeedState.OFFERED, NeedState.ACCEPTED),
        target=NeedState.DECLINED,
        right=PROCEED,
        sets=("note",),
    ),
    Transition(
        verb="move",
        label=_("Umzug eintragen"),
        sources=(NeedState.ACCEPTED,),
        target=NeedState.MOVED,
        right=PROCEED,
        sets=("moved_on",),
        requires=("moved_on",),
    ),
    Transition(
        verb="arrange_self",
        label=_("Selbst untergekommen"),
        sources=(NeedState.OPEN, NeedState.OFFERED, NeedState.DECLINED),
        target=NeedState.SELF_ARRANGED,
        right=PROCEED,
        sets=("moved_on",),
    ),
    Transition(
        verb="lose_contact",
        label=_("Nicht mehr erreichbar"),
        sources=(NeedState.OPEN, NeedState.OFFERED, NeedState.ACCEPTED),
        target=NeedState.LOST_CONTACT,
        right=PROCEED,
        sets=("note",),
        requires=("note",),
    ),
    Transition(
        verb="reopen",
        label=_("Wieder öffnen"),
        sources=(NeedState.DECLINED, NeedState.SELF_ARRANGED, NeedState.LOST_CONTACT),
        target=NeedState.OPEN,
        right=PROCEED,
        reason=True,
    ),
)
