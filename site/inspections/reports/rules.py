"""How a report goes on, what the public is told of it, and when two reports mean one place. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from catalogue.folding import fold
from workflow import Transition


class Channel(TextChoices):
    """How it reached us."""

    WEB = "web", _("Formular im Internet")
    PHONE = "phone", _("Telefon")
    OFFICE = "office", _("Vorsprache im Amt")
    POLICE = "police", _("Polizei")
    AGENCY = "agency", _("andere Behörde")
    OWN = "own", _("eigene Beobachtung")
    INTERVIEW_FLAG = "interview_flag", _("Hinweis aus einem Gespräch")


#: What somebody who takes a report down may choose; the other two are set by where it comes from.
CHANNELS_TAKEN_DOWN = (
    *(Channel.PHONE, Channel.OFFICE, Channel.POLICE, Channel.AGENCY, Channel.OWN),
)


class Category(TextChoices):
    """What is wrong, in the words of the public form."""

    NOISE = "noise", _("Lärm")
    WASTE = "waste", _("Müll")
    DAMP = "damp", _("Feuchtigkeit oder Schimmel")
    STRUCTURE = "structure", _("Schäden am Haus")
    NO_UTILITIES = "no_utilities", _("keine Heizung, kein Wasser oder kein Strom")
    PESTS = "pests", _("Ungeziefer oder Ratten")
    OVERCROWDING = "overcrowding", _("zu viele Menschen in einer Wohnung")
    FIRE_SAFETY = "fire_safety", _("Brandgefahr oder versperrter Fluchtweg")
    NEGLECT = "neglect", _("verwahrlostes Haus")
    OTHER = "other", _("etwas anderes")


#: The ground of a case (`inspections.models.Reason`) that each category comes to.
REASON_OF = {
    Category.NOISE: "noise",
    Category.WASTE: "waste",
    Category.DAMP: "structural_defect",
    Category.STRUCTURE: "structural_defect",
    Category.NO_UTILITIES: "utilities_off",
    Category.PESTS: "pests",
    Category.OVERCROWDING: "overcrowding",
    Category.FIRE_SAFETY: "fire_safety",
    Category.NEGLECT: "neglect",
    Category.OTHER: "other",
}


def reasons_for(categories: Iterable[str]) -> set[str]:
    """The grounds of the case that follows."""
    return {REASON_OF[Category(category)] for category in categories}


class ReporterKind(TextChoices):
    RESIDENT = "resident", _("wohnt im Haus")
    NEIGHBOUR = "neighbour", _("wohnt in der Nähe")
    ANONYMOUS = "anonymous", _("keine Angabe")
    AGENCY = "agency", _("Behörde oder Einrichtung")


class TextLanguage(TextChoices):
    """The language the reporter writes or speaks (ISO 639)."""

    DE = "de", _("Deutsch")
    RO = "ro", _("Rumänisch")
    BG = "bg", _("Bulgarisch")
    PL = "pl", _("Polnisch")
    EN = "en", _("Englisch")
    AR = "ar", _("Arabisch")
    HU = "hu", _("Ungarisch")
    RU = "ru", _("Russisch")
    SR = "sr", _("Serbisch")
    SQ = "sq", _("Albanisch")
    TR = "tr", _("Türkisch")
    UK = "uk", _("Ukrainisch")
    OTHER = "und", _("andere Sprache")


class ReportState(TextChoices):
    RECEIVED = "received", _("eingegangen")
    SCREENING = "screening", _("Vorprüfung")
    QUESTION_OPEN = "question_open", _("Rückfrage offen")
    ACCEPTED = "accepted", _("angenommen")
    FORWARDED = "forwarded", _("weitergegeben")
    REJECTED = "rejected", _("abgelehnt")
    FINISHED = "finished", _("erledigt")


#: What somebody still has to look at.
WAITING = (ReportState.RECEIVED, ReportState.SCREENING, ReportState.QUESTION_OPEN)
UNDECIDED = (ReportState.RECEIVED, ReportState.SCREENING)
#: Not changed any more: what was decided was decided on these words.
SETTLED = (ReportState.FORWARDED, ReportState.REJECTED, ReportState.FINISHED)


class PublicState(TextChoices):
    """All that the reporter is told. It follows the report, never the case or its inspections."""

    RECEIVED = "received", _("Eingegangen")
    IN_REVIEW = "in_review", _("Wird geprüft")
    QUESTION = "question", _("Wir haben eine Frage")
    FORWARDED = "forwarded", _("Weitergegeben")
    DONE = "done", _("Bearbeitet")


_PUBLIC = {
    ReportState.RECEIVED: PublicState.RECEIVED,
    ReportState.SCREENING: PublicState.IN_REVIEW,
    ReportState.QUESTION_OPEN: PublicState.QUESTION,
    ReportState.ACCEPTED: PublicState.IN_REVIEW,
    ReportState.FORWARDED: PublicState.FORWARDED,
    ReportState.REJECTED: PublicState.DONE,
    ReportState.FINISHED: PublicState.DONE,
}


def public_state(state: str) -> PublicState:
    return _PUBLIC[ReportState(state)]


class Rejection(TextChoices):
    NOT_COMPETENT = "not_competent", _("nicht zuständig")
    DUPLICATE = "duplicate", _("Doppelmeldung")
    ABUSIVE = "abusive", _("missbräuchlich")
    INSUFFICIENT = "insufficient", _("Angaben reichen nicht aus")


class Direction(TextChoices):
    TO_REPORTER = "to_reporter", _("Frage an die meldende Person")
    FROM_REPORTER = "from_reporter", _("Antwort der meldenden Person")


PROCEED = "proceed"  # the right to decide on reports
CONTENT = "content"  # the right to read what was written, beyond the place and the ground
CONTACT = "contact"  # the right to see how to reach the reporter

QUESTION_DEADLINE = "report.question"
SCREENING_DEADLINE = "report.screening"
DUPLICATE_WINDOW = "report.duplicate_window"

REPORT = (
    Transition(
        verb="screen",
        label=_("Vorprüfung beginnen"),
        sources=(ReportState.RECEIVED,),
        target=ReportState.SCREENING,
        right=PROCEED,
        explains=_("Die meldende Person liest dann auf der Statusseite: „Wird geprüft“."),
    ),
    Transition(
        verb="open_case",
        label=_("Vorgang eröffnen"),
        sources=UNDECIDED,
        target=ReportState.ACCEPTED,
        right=PROCEED,
        explains=_(
            "Ein neuer Vorgang der Wohnraumkontrolle beginnt. Gebäude, Wohnung und Anlässe werden "
            "übernommen, die Meldung gehört dann dazu."
        ),
    ),
    Transition(
        verb="join_case",
        label=_("Einem Vorgang hinzufügen"),
        sources=UNDECIDED,
        target=ReportState.ACCEPTED,
        right=PROCEED,
        sets=("inspection_case",),
        requires=("inspection_case",),
        explains=_("Die Meldung gehört dann zu einem Vorgang, der schon läuft."),
    ),
    Transition(
        verb="ask",
        label=_("Rückfrage stellen"),
        sources=(
            *UNDECIDED,
            ReportState.ACCEPTED,
            ReportState.FORWARDED,
            ReportState.QUESTION_OPEN,
        ),
        target=ReportState.QUESTION_OPEN,
        right=PROCEED,
        explains=_(
            "Die Frage steht auf der Statusseite und wird mit dem Code gelesen. Bitte kurz und "
            "einfach schreiben, und nichts über geplante Kontrollen."
        ),
    ),
    Transition(
        verb="answer",
        label=_("Antwort der meldenden Person"),
        sources=(ReportState.QUESTION_OPEN,),
        right=PROCEED,
        explains=_("Die Meldung kommt in den Stand zurück, den sie vor der Frage hatte."),
        offered=False,
    ),
    Transition(
        verb="close_question",
        label=_("Rückfrage beenden"),
        sources=(ReportState.QUESTION_OPEN,),
        right=PROCEED,
        explains=_(
            "Ohne Antwort weiterarbeiten: Die Meldung kommt in den Stand zurück, den sie vor der "
            "Frage hatte."
        ),
    ),
    Transition(
        verb="forward",
        label=_("Weitergeben"),
        sources=UNDECIDED,
        target=ReportState.FORWARDED,
        right=PROCEED,
        sets=("forwarded_to", "decision_text"),
        requires=("forwarded_to",),
        explains=_("Eine andere Behörde oder Stelle ist zuständig."),
    ),
    Transition(
        verb="mark_duplicate",
        label=_("Als Doppelmeldung ablegen"),
        sources=UNDECIDED,
        target=ReportState.REJECTED,
        right=PROCEED,
        sets=("duplicate_of", "decision_text"),
        requires=("duplicate_of",),
        explains=_("Dasselbe ist schon gemeldet. Die frühere Meldung wird weiter bearbeitet."),
    ),
    Transition(
        verb="reject",
        label=_("Ablehnen"),
        sources=UNDECIDED,
        target=ReportState.REJECTED,
        right=PROCEED,
        sets=("rejection", "decision_text"),
        requires=("rejection", "decision_text"),
        explains=_("Die Meldung wird nicht weiter verfolgt. Der Vermerk sagt, warum."),
        danger=True,
    ),
    Transition(
        verb="finish",
        label=_("Erledigt"),
        sources=(ReportState.ACCEPTED, ReportState.FORWARDED),
        target=ReportState.FINISHED,
        right=PROCEED,
        explains=_("Es ist nichts mehr zu tun. Auf der Statusseite steht dann: „Bearbeitet“."),
    ),
)


# When two reports mean one place ----------------------------------------------------------------------

_STREET_END = re.compile(r"(strasse|str)$")


def street_key(street: str) -> str:
    """What is left of a street's name however it is written: "Muster-Str." → "musterstr"."""
    letters = re.sub(r"[^a-z0-9]", "", fold(street))
    return _STREET_END.sub("str", letters)


def place_key(street: str, house_number: str) -> str:
    """Street and number as one text to compare, "" without both: "Musterstraße 12 A" → "musterstr 12a"."""
    name, number = street_key(street), re.sub(r"[\s.]", "", fold(house_number))
    return f"{name} {number}" if name and number else ""
