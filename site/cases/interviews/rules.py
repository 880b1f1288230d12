"""How an interview goes on and how a question is asked. Tables and pure decisions."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from workflow.table import Transition

PROCEED = "proceed"
AMEND = "amend"


class State(TextChoices):
    """Where an interview stands (casework 2.3)."""

    SCHEDULED = "scheduled", _("vereinbart")
    WAITING = "waiting", _("wartet")
    RUNNING = "running", _("läuft")
    COMPLETED = "completed", _("abgeschlossen")
    CLOSED = "closed", _("erledigt")
    NO_SHOW = "no_show", _("nicht erschienen")
    CANCELLED = "cancelled", _("abgesagt")


#: Before anything was asked.
AHEAD = (State.SCHEDULED, State.WAITING)
#: Answers change only by an amendment with a reason, or not at all.
SETTLED = (State.COMPLETED, State.CLOSED, State.NO_SHOW, State.CANCELLED)
#: Interviews that were held to the end: what figures count.
HELD = (State.COMPLETED, State.CLOSED)


class Interpreter(TextChoices):
    """Who made understanding possible. A child as interpreter is written down as what it was."""

    NOT_NEEDED = "not_needed", _("nicht nötig")
    OFFICER = "officer", _("Sachbearbeitung spricht die Sprache")
    PHONE = "phone", _("am Telefon oder per Video")
    ON_SITE = "on_site", _("Dolmetscherin, Dolmetscher vor Ort")
    COMPANION = "companion", _("mitgebrachte erwachsene Person")
    CHILD = "child", _("Kind (nicht vorgesehen)")
    UNAVAILABLE = "unavailable", _("niemand verfügbar")


class Identity(TextChoices):
    OK = "ok", _("gültiger Ausweis gesehen")
    EXPIRED = "expired", _("Ausweis abgelaufen")
    DOUBTFUL = "doubtful", _("Zweifel")
    MISSING = "missing", _("kein Ausweis dabei")


class YesNo(TextChoices):
    YES = "yes", _("ja")
    NO = "no", _("nein")
    UNKNOWN = "unknown", _("nicht bekannt")


class Topic(TextChoices):
    """What somebody needs help with; what referrals and offers go by."""

    HOUSING = "housing", _("Wohnen")
    WORK = "work", _("Arbeit")
    SCHOOL = "school", _("Schule und Kita")
    LANGUAGE = "language", _("Deutsch lernen")
    HEALTH = "health", _("Gesundheit")
    MONEY = "money", _("Geld und Schulden")
    FAMILY = "family", _("Familie")
    VIOLENCE = "violence", _("Gewalt")
    RESIDENCE = "residence", _("Aufenthalt und Papiere")
    BENEFITS = "benefits", _("Leistungen")


class Kind(TextChoices):
    """What an answer looks like."""

    CHOICE = "choice", _("eine aus einer Liste")
    CHOICES = "choices", _("mehrere aus einer Liste")
    YES_NO = "yes_no", _("ja oder nein")
    NUMBER = "number", _("Zahl")
    DATE = "date", _("Datum")
    TEXT = "text", _("Text")


#: The codes of a yes-or-no question.
YES_NO = {"yes": _("ja"), "no": _("nein")}
#: Kinds whose answers stand in the question's own list.
LISTED = (Kind.CHOICE, Kind.CHOICES)


class Obligation(TextChoices):
    """Why a question is asked, as the person is told."""

    COMPULSORY = "compulsory", _("Pflicht nach Melderecht")
    VOLUNTARY = "voluntary", _("freiwillig")


class AskedOf(TextChoices):
    """Whether a question is asked once or of each; ages are those on the day of the interview."""

    HOUSEHOLD = "household", _("einmal für alle")
    ADULT = "adult", _("jede erwachsene Person")
    CHILD = "child", _("jedes Kind unter 18")
    PUPIL = "pupil", _("jedes Kind im Schulalter")


class Edition(TextChoices):
    """A question set is worked on until it is released; then it stands for ever."""

    DRAFT = "draft", _("Entwurf")
    RELEASED = "released", _("freigegeben")


INTERVIEW = (
    Transition(
        verb="check_in",
        label=_("Ist da"),
        sources=(State.SCHEDULED,),
        target=State.WAITING,
        right=PROCEED,
        explains=_("Die Person wartet jetzt. Sie steht oben in der Liste von heute."),
    ),
    Transition(
        verb="start",
        label=_("Gespräch beginnen"),
        sources=(State.SCHEDULED, State.WAITING),
        target=State.RUNNING,
        right=PROCEED,
        sets=("identity", "identity_note", "language", "interpreter"),
        requires=("identity", "language", "interpreter"),
        explains=_("Danach öffnet sich der Fragebogen."),
    ),
    Transition(
        verb="complete",
        label=_("Gespräch abschließen"),
        sources=(State.RUNNING,),
        target=State.COMPLETED,
        right=PROCEED,
        sets=("information_given_in", "folder_given"),
        requires=("information_given_in",),
        explains=_(
            "Die Antworten stehen dann fest. Ändern lassen sie sich nur noch als Berichtigung mit Grund."
        ),
    ),
    Transition(
        verb="close",
        label=_("Alles auf den Weg gebracht"),
        sources=(State.COMPLETED,),
        target=State.CLOSED,
        right=PROCEED,
        explains=_("Zu jedem Thema ist ein nächster Schritt vereinbart."),
    ),
    Transition(
        verb="no_show",
        label=_("Nicht erschienen"),
        sources=(State.SCHEDULED,),
        target=State.NO_SHOW,
        right=PROCEED,
        explains=_("Der Termin kann später neu vereinbart werden."),
    ),
    Transition(
        verb="rebook",
        label=_("Neuen Termin vereinbaren"),
        sources=(State.NO_SHOW, State.CANCELLED),
        target=State.SCHEDULED,
        right=PROCEED,
        sets=("held_on", "starts_at"),
        requires=("held_on",),
    ),
    Transition(
        verb="cancel",
        label=_("Absagen"),
        sources=(State.SCHEDULED, State.WAITING, State.RUNNING),
        target=State.CANCELLED,
        right=PROCEED,
        reason=True,
        explains=_("Bereits gegebene Antworten bleiben im Verlauf, bis sie gelöscht werden."),
        danger=True,
    ),
)

QUESTION_SET = (
    Transition(
        verb="release",
        label=_("Freigeben"),
        sources=(Edition.DRAFT,),
        target=Edition.RELEASED,
        explains=_(
            "Neue Gespräche stellen ab dem Gültigkeitstag diese Fragen. Die Fassung ist danach nicht "
            "mehr änderbar; eine neue Fassung lässt sich aus ihr anlegen."
        ),
    ),
    Transition(
        verb="revise",
        label=_("Neue Fassung anlegen"),
        sources=(Edition.RELEASED,),
        right="add",
        explains=_(
            "Ein Entwurf mit denselben Fragen und Übersetzungen. Diese Fassung gilt weiter, bis der "
            "Entwurf freigegeben ist."
        ),
    ),
)
