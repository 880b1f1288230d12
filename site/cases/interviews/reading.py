"""What is typed into question sets and into an interview: choices, conditions, answers, dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.interviews.rules import YES_NO, Kind

_LINE = re.compile(r"([a-z][a-z0-9_]*)\s*\|\s*(\S.*)")
_CONDITION = re.compile(r"([a-z][a-z0-9_]*)\s*=\s*([a-z0-9_]+(?:\s*,\s*[a-z0-9_]+)*)")
_DOTTED = re.compile(r"(\d{1,2})[ ./-]+(\d{1,2})[ ./-]+(\d{4}|\d{2})")
_PACKED = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_PARTLY = re.compile(r"(?:00[./]?)?(?:(\d{2})[ ./-]+)?(\d{4})")
_NUMBER = re.compile(r"\d{1,6}")
LONGEST = 2000


class Unreadable(ValueError):  # noqa: N818  it is an answer, not a failure
    """The text is none of the kind. The message is for whoever typed it."""


class Condition(NamedTuple):
    """Asked only if the question `key` was answered by one of `codes`."""

    key: str
    codes: tuple[str, ...]

    def holds(self, answers: Mapping[str, str]) -> bool:
        """`answers`: key → value, of the household and of the person asked."""
        return bool(set(answers.get(self.key, "").split(",")) & set(self.codes))


def read_choices(text: str) -> dict[str, str]:
    """ "food | Lebensmittel", a line each → code → text. Raises Unreadable, naming the line."""
    found: dict[str, str] = {}
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), start=1):
        parts = _LINE.fullmatch(line)
        if parts is None:
            raise Unreadable(
                _("Zeile %(number)d („%(line)s“) ist nicht zu lesen. Richtig ist: Kürzel | Text")
                % {"number": number, "line": line[:60]}
            )
        if parts[1] in found:
            raise Unreadable(_("Das Kürzel „%s“ steht zweimal da.") % parts[1])
        found[parts[1]] = parts[2].strip()
    return found


def read_condition(text: str) -> Condition | None:
    """ "arrived_with = family, partner". None for no condition. Raises Unreadable."""
    if not text.strip():
        return None
    parts = _CONDITION.fullmatch(text.strip())
    if parts is None:
        raise Unreadable(
            _("„%s“ ist nicht zu lesen. Richtig ist: Kennung = Kürzel, Kürzel") % text.strip()
        )
    return Condition(parts[1], tuple(code.strip() for code in parts[2].split(",")))


def choices_of(question: Any) -> dict[str, str]:
    """Code → text of a question as it is stored; of a yes-or-no question what it always has."""
    if question.kind == Kind.YES_NO:
        return {code: str(label) for code, label in YES_NO.items()}
    try:
        return read_choices(question.choices)
    except Unreadable:  # of an edition brought in before this was checked
        return {}


def read_answer(kind: str, choices: Mapping[str, str], text: str) -> str:
    """An answer as it is stored: code, codes, digits, ISO date, text. Raises Unreadable."""
    text = text.strip()
    if not text:
        return ""
    if kind in (Kind.CHOICE, Kind.YES_NO, Kind.CHOICES):
        wanted = text.split(",") if kind == Kind.CHOICES else [text]
        if strange := [code for code in wanted if code not in choices]:
            raise Unreadable(_("„%s“ steht hier nicht zur Auswahl.") % strange[0])
        return ",".join(code for code in choices if code in wanted)
    if kind == Kind.NUMBER:
        if _NUMBER.fullmatch(text) is None:
            raise Unreadable(_("„%s“ ist keine Zahl. Bitte nur Ziffern, zum Beispiel 3.") % text)
        return str(int(text))
    if kind == Kind.DATE:
        return read_day(text).isoformat()
    if len(text) > LONGEST:
        raise Unreadable(_("Das sind mehr als %d Zeichen.") % LONGEST)
    return text


def answer_in_words(kind: str, choices: Mapping[str, str], value: str) -> str:
    """The other way round, as the office reads it."""
    if kind in (Kind.CHOICE, Kind.YES_NO, Kind.CHOICES):
        return ", ".join(choices.get(code, code) for code in value.split(",") if code)
    if kind == Kind.DATE and value:
        return f"{datetime.date.fromisoformat(value):%d.%m.%Y}"
    return value


def read_day(text: str, *, past: bool = False) -> datetime.date:
    """ "01021990", "1.2.90", "1.2.1990", "1990-02-01". Raises Unreadable.

    `past`: a birth; then "1.2.62" is 1962. Else two digits are of this century.
    """
    text = text.strip()
    if found := _ISO.fullmatch(text):
        return _day(text, *found.groups())
    if found := _DOTTED.fullmatch(text) or _PACKED.fullmatch(text):
        day, month, year = found.groups()
        return _day(text, _year(year, past), month, day)
    raise Unreadable(_("„%s“ ist kein Datum. Beispiele: 01021990, 1.2.90, 01.02.1990.") % text)


def _year(text: str, past: bool) -> str:
    if len(text) == 4:
        return text
    this = timezone.localdate().year
    year = this - this % 100 + int(text)
    return str(year - 100 if past and year > this else year)


def _day(text: str, year: str, month: str, day: str) -> datetime.date:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise Unreadable(_("„%s“: Diesen Tag gibt es nicht.") % text) from None


def read_birth(text: str) -> dict[str, Any]:
    """birth_date, or birth_year and birth_month where no more is known: "1987", "00.03.1987"."""
    known: dict[str, Any] = {"birth_date": None, "birth_year": None, "birth_month": None}
    text = text.strip().replace("00.00.", "")
    if not text:
        return known
    if found := _PARTLY.fullmatch(text):
        month = int(found[1]) if found[1] else None
        if month is not None and not 1 <= month <= 12:
            raise Unreadable(_("„%s“: Einen solchen Monat gibt es nicht.") % text)
        return known | {"birth_year": int(found[2]), "birth_month": month}
    day = read_day(text, past=True)
    if day > timezone.localdate():
        raise Unreadable(_("„%s“ liegt in der Zukunft.") % text)
    return known | {"birth_date": day}


def birth_text(person: Any) -> str:
    """What was entered, as one would type it."""
    if person.birth_date:
        return f"{person.birth_date:%d.%m.%Y}"
    if person.birth_year:
        month = f"{person.birth_month:02d}." if person.birth_month else ""
        return f"{month}{person.birth_year}"
    return ""


#: What the sheet says to the person beside the questions, in the language of the portal's catalogues.
VOLUNTARY = gettext_lazy("Sie müssen darauf nicht antworten.")
