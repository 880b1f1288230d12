"""How a case and its inspections go on: tables of steps, and what follows from findings. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from workflow import Transition


class Phase(TextChoices):
    """Where a case stands (casework 2.3)."""

    REPORTED = "reported", _("gemeldet")
    SCREENING = "screening", _("Vorprüfung")
    INSPECTION = "inspection", _("Kontrolle")
    ASSESSMENT = "assessment", _("Auswertung")
    PROCEEDINGS = "proceedings", _("Verfahren")
    FOLLOW_UP = "follow_up", _("Nachkontrolle")
    CLOSED = "closed", _("abgeschlossen")


#: Phases in which somebody goes and looks.
INSPECTED_IN = (Phase.INSPECTION, Phase.ASSESSMENT, Phase.PROCEEDINGS, Phase.FOLLOW_UP)


class CloseResult(TextChoices):
    """Never just "closed": what became of it."""

    NO_DEFICIENCY = "no_deficiency", _("keine Mängel festgestellt")
    REMEDIED_VERIFIED = "remedied_verified", _("Mängel behoben und nachkontrolliert")
    REMEDIED_BY_SUBSTITUTE = "remedied_by_substitute", _("durch Ersatzvornahme behoben")
    UNIT_CLOSED = "unit_closed_permanently", _("Wohnung dauerhaft gesperrt")
    HANDED_OVER = "handed_over", _("an andere Behörde abgegeben")
    UNPROVABLE = "discontinued_unprovable", _("eingestellt: nicht nachweisbar")
    NOT_APPLICABLE = "discontinued_not_applicable", _("eingestellt: nicht zuständig")


#: What `close` at the end of a procedure may come to; the other results have steps of their own.
RESULTS_OF_CLOSING = (
    CloseResult.REMEDIED_VERIFIED,
    CloseResult.REMEDIED_BY_SUBSTITUTE,
    CloseResult.UNIT_CLOSED,
)
RESULTS_OF_DISCONTINUING = (CloseResult.UNPROVABLE, CloseResult.NOT_APPLICABLE)

PROCEED = "proceed"  # the right to take a case forward; the head of office has it without "change"
REOPEN = "reopen"

CASE = (
    Transition(
        verb="start_screening",
        label=_("Vorprüfung beginnen"),
        sources=(Phase.REPORTED,),
        target=Phase.SCREENING,
        right=PROCEED,
        sets=("lead",),
        requires=("lead",),
        explains=_(
            "Eigentümer, frühere Kontrollen und Meldungen zum Haus werden jetzt geprüft. "
            "Es wird festgelegt, wer den Vorgang führt."
        ),
    ),
    Transition(
        verb="plan_inspection",
        label=_("Kontrolle vorbereiten"),
        sources=(Phase.SCREENING,),
        target=Phase.INSPECTION,
        right=PROCEED,
        sets=("legal_basis",),
        requires=("legal_basis",),
        explains=_("Danach können Kontrolltermine angelegt werden."),
    ),
    Transition(
        verb="discontinue",
        label=_("Einstellen"),
        sources=(Phase.REPORTED, Phase.SCREENING, Phase.INSPECTION),
        target=Phase.CLOSED,
        right=PROCEED,
        reason=True,
        sets=("close_text",),
        requires=("close_text",),
        explains=_("Der Vorgang wird ohne Maßnahme geschlossen. Das Ergebnis sagt, warum."),
        danger=True,
    ),
    Transition(
        verb="hand_over",
        label=_("An andere Behörde abgeben"),
        sources=(Phase.SCREENING, Phase.INSPECTION),
        target=Phase.CLOSED,
        right=PROCEED,
        reason=True,
        sets=("handed_over_to", "close_text"),
        requires=("handed_over_to", "close_text"),
        explains=_("Eine andere Behörde ist zuständig. Der Vorgang endet hier."),
        danger=True,
    ),
    Transition(
        verb="replan",
        label=_("Neuen Termin ansetzen"),
        sources=(Phase.INSPECTION,),
        right=PROCEED,
        explains=_("Zutritt verweigert oder niemand da: Der Vorgang bleibt bei der Kontrolle."),
    ),
    Transition(
        verb="record_result",
        label=_("Zur Auswertung"),
        sources=(Phase.INSPECTION,),
        target=Phase.ASSESSMENT,
        right=PROCEED,
        explains=_("Die Kontrolle ist abgeschlossen, ihr Bericht festgeschrieben."),
    ),
    Transition(
        verb="no_deficiency",
        label=_("Ohne Mangel abschließen"),
        sources=(Phase.ASSESSMENT,),
        target=Phase.CLOSED,
        right=PROCEED,
        sets=("close_text",),
        requires=("close_text",),
        explains=_("Es wurde kein Mangel festgestellt. Der Vorgang wird geschlossen."),
    ),
    Transition(
        verb="open_measures",
        label=_("Verfahren eröffnen"),
        sources=(Phase.ASSESSMENT,),
        target=Phase.PROCEEDINGS,
        right=PROCEED,
        explains=_("Es folgen Maßnahmen gegen die festgestellten Mängel."),
    ),
    Transition(
        verb="all_measures_due",
        label=_("Zur Nachkontrolle"),
        sources=(Phase.PROCEEDINGS,),
        target=Phase.FOLLOW_UP,
        right=PROCEED,
        explains=_("Die Fristen sind abgelaufen oder die Mängel als behoben gemeldet."),
    ),
    Transition(
        verb="record_follow_up",
        label=_("Nachkontrolle auswerten"),
        sources=(Phase.FOLLOW_UP,),
        target=Phase.ASSESSMENT,
        right=PROCEED,
        explains=_("Die Nachkontrolle ist festgeschrieben; es bleibt etwas zu tun."),
    ),
    Transition(
        verb="close",
        label=_("Abschließen"),
        sources=(Phase.FOLLOW_UP,),
        target=Phase.CLOSED,
        right=PROCEED,
        reason=True,
        sets=("close_text",),
        requires=("close_text",),
        explains=_("Jeder Mangel ist nachkontrolliert, nichts ist mehr offen."),
    ),
    Transition(
        verb="reopen",
        label=_("Wieder öffnen"),
        sources=(Phase.CLOSED,),
        target=Phase.SCREENING,
        right=REOPEN,
        reason=True,
        explains=_(
            "Der Vorgang beginnt wieder mit der Vorprüfung. Das Ergebnis wird zurückgenommen."
        ),
        danger=True,
    ),
)


class State(TextChoices):
    """Where one inspection stands."""

    PLANNED = "planned", _("geplant")
    RUNNING = "running", _("läuft")
    HELD = "held", _("durchgeführt")
    LOCKED = "report_locked", _("Bericht festgeschrieben")
    CANCELLED = "cancelled", _("abgesagt")


#: States in which nothing of an inspection may be changed any more.
SETTLED = (State.LOCKED, State.CANCELLED)

INSPECTION = (
    Transition(
        verb="start",
        label=_("Kontrolle beginnen"),
        sources=(State.PLANNED,),
        target=State.RUNNING,
        explains=_("Die Uhrzeit des Beginns wird festgehalten."),
    ),
    Transition(
        verb="finish",
        label=_("Kontrolle beenden"),
        sources=(State.RUNNING,),
        target=State.HELD,
        sets=("access", "consent_by"),
        requires=("access",),
        explains=_("Vor Ort ist alles aufgenommen. Der Prüfbogen kann noch ergänzt werden."),
    ),
    Transition(
        verb="resume",
        label=_("Kontrolle fortsetzen"),
        sources=(State.HELD,),
        target=State.RUNNING,
        explains=_("Vor Ort ist noch etwas aufzunehmen."),
    ),
    Transition(
        verb="lock",
        label=_("Bericht festschreiben"),
        sources=(State.HELD,),
        target=State.LOCKED,
        sets=("report",),
        requires=("report",),
        explains=_(
            "Feststellungen, Fotos und Bericht können danach nicht mehr geändert werden, "
            "von niemandem und auf keinem Weg."
        ),
        danger=True,
    ),
    Transition(
        verb="cancel",
        label=_("Termin absagen"),
        sources=(State.PLANNED, State.RUNNING),
        target=State.CANCELLED,
        reason=True,
        explains=_("Der Termin findet nicht statt. Eingeladene Behörden sehen die Absage."),
        danger=True,
    ),
)


class Answer(TextChoices):
    """Where the part of an invited authority in one inspection stands."""

    REQUESTED = "requested", _("eingeladen")
    CONFIRMED = "confirmed", _("zugesagt")
    DECLINED = "declined", _("abgesagt")
    ATTENDED = "attended", _("war dabei")
    ABSENT = "absent", _("war nicht da")
    REPORTED = "own_report_received", _("eigenes Ergebnis liegt vor")
    CLOSED = "closed", _("erledigt")


ANSWER = "answer"  # the right of the invited authority, and of the city on its behalf

PARTICIPATION = (
    Transition(
        verb="confirm",
        label=_("Zusagen"),
        sources=(Answer.REQUESTED, Answer.DECLINED),
        target=Answer.CONFIRMED,
        right=ANSWER,
        sets=("person_name",),
        explains=_("Die Behörde nimmt an der Kontrolle teil."),
    ),
    Transition(
        verb="decline",
        label=_("Absagen"),
        sources=(Answer.REQUESTED, Answer.CONFIRMED),
        target=Answer.DECLINED,
        right=ANSWER,
        reason=True,
        explains=_("Die Behörde nimmt nicht teil."),
    ),
    Transition(
        verb="ask_anew",
        label=_("Neu fragen"),
        sources=(Answer.CONFIRMED,),
        target=Answer.REQUESTED,
        right=PROCEED,
        explains=_("Der Termin ist verlegt: Die Zusage galt dem alten."),
        offered=False,
    ),
    Transition(
        verb="attend",
        label=_("Als anwesend vermerken"),
        sources=(Answer.REQUESTED, Answer.CONFIRMED, Answer.ABSENT),
        target=Answer.ATTENDED,
    ),
    Transition(
        verb="miss",
        label=_("Als abwesend vermerken"),
        sources=(Answer.REQUESTED, Answer.CONFIRMED, Answer.ATTENDED),
        target=Answer.ABSENT,
    ),
    Transition(
        verb="report",
        label=_("Eigenes Ergebnis eintragen"),
        sources=(Answer.ATTENDED, Answer.REPORTED),
        target=Answer.REPORTED,
        right=ANSWER,
        sets=("own_findings", "own_follow_up"),
        requires=("own_findings",),
        explains=_("Nur die eigene Behörde und die Wohnraumkontrolle sehen diesen Text."),
    ),
    Transition(
        verb="finish",
        label=_("Beteiligung erledigt"),
        sources=(Answer.DECLINED, Answer.ABSENT, Answer.ATTENDED, Answer.REPORTED),
        target=Answer.CLOSED,
        right=PROCEED,
        explains=_("Von dieser Behörde wird nichts mehr erwartet."),
    ),
)


class Edition(TextChoices):
    """A checklist is written, then used; what is used does not change any more."""

    DRAFT = "draft", _("Entwurf")
    RELEASED = "released", _("freigegeben")


TEMPLATE = (
    Transition(
        verb="release",
        label=_("Freigeben"),
        sources=(Edition.DRAFT,),
        target=Edition.RELEASED,
        explains=_(
            "Die Fassung gilt ab ihrem Tag für neue Kontrollen und ist nicht mehr änderbar."
        ),
    ),
    Transition(
        verb="revise",
        label=_("Neue Fassung anlegen"),
        sources=(Edition.RELEASED,),
        right="add",
        explains=_(
            "Ein Entwurf mit denselben Prüfpunkten entsteht. Diese Fassung bleibt, wie sie ist."
        ),
    ),
)


class Severity(TextChoices):
    """How bad a deficiency is; the letters are those of the report."""

    MINOR = "A", _("A – leicht")
    SERIOUS = "B", _("B – erheblich")
    IMMEDIATE = "C", _("C – unmittelbare Gefahr")


class Outcome(TextChoices):
    """What was found for one item of the checklist."""

    OK = "ok", _("in Ordnung")
    DEFICIENT = "deficient", _("Mangel")
    NOT_CHECKED = "not_checked", _("nicht geprüft")
    NOT_APPLICABLE = "not_applicable", _("entfällt")


class Access(TextChoices):
    """How the team got in."""

    GRANTED = "granted", _("gewährt")
    PARTLY = "partly", _("teilweise gewährt")
    REFUSED = "refused", _("verweigert")
    NOBODY = "nobody_present", _("niemand angetroffen")
    NOT_FOUND = "not_found", _("Wohnung nicht gefunden")


#: The team was inside: the checklist has to be filled in.
INSIDE = (Access.GRANTED, Access.PARTLY)


def worst(severities: Iterable[str]) -> str:
    """The highest letter, "" for none: "A", "C", "B" → "C"."""
    return max(severities, default="")
