"""What is typed into a plan in a hurry: "4", "03.2019", and "3 Erwachsene, 2 Kinder 4 6"."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

Known = dict[str, Any]  # fields of an entry: age, birth_date, birth_year, birth_month, age_group

_AGE = re.compile(r"(\d{1,3})(?: ?(?:J\.?|Jahre?|Jahr alt))?")
_YEAR = re.compile(r"(?:(\d{1,2}) ?[./-] ?)?(\d{4})")
_DATE = re.compile(r"(\d{1,2}) ?[./-] ?(\d{1,2}) ?[./-] ?(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_UNKNOWN_PARTS = re.compile(r"^00\.00\.|^00\.")

_GROUPS = (
    ("erwachsen", {"age_group": "adult"}),
    ("kind", {"age_group": "child"}),
    ("säugling", {"age_group": "child", "age": 0}),
    ("baby", {"age_group": "child", "age": 0}),
    ("person", {"age_group": "unknown"}),
    ("mensch", {"age_group": "unknown"}),
)
_PART = re.compile(r"(?:(\d{1,2})\s*[x×]?\s*)?([^\W\d_]+)\s*(.*)", re.DOTALL)
MOST = 60  # rows one line of text may make


class Unreadable(ValueError):  # noqa: N818  it is an answer, not a failure
    """The text says nothing of the kind. The message is for whoever typed it."""


def read_age(text: str) -> Known:
    """An age in years, a year, a month or a date of birth. Empty text: nothing known.

    Raises Unreadable.
    """
    text = _UNKNOWN_PARTS.sub("", text.strip())
    if not text:
        return {}
    if found := _DATE.fullmatch(text):
        return {"birth_date": _date(text, *reversed(found.groups()))}
    if found := _ISO.fullmatch(text):
        return {"birth_date": _date(text, *found.groups())}
    if found := _YEAR.fullmatch(text):
        month = int(found[1]) if found[1] else None
        if month is not None and not 1 <= month <= 12:
            raise Unreadable(_("„%s“: Einen solchen Monat gibt es nicht.") % text)
        return {"birth_year": int(found[2]), "birth_month": month}
    if (found := _AGE.fullmatch(text)) and int(found[1]) <= 120:
        return {"age": int(found[1])}
    raise Unreadable(
        _("„%s“ ist kein Alter und kein Geburtsdatum. Beispiele: 4, 2019, 03.2019, 15.03.2019.")
        % text
    )


def _date(text: str, year: str, month: str, day: str) -> datetime.date:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise Unreadable(_("„%s“: Diesen Tag gibt es nicht.") % text) from None


def age_text(entry: Any) -> str:
    """The other way round: what was entered, as one would type it."""
    if entry.birth_date:
        return f"{entry.birth_date:%d.%m.%Y}"
    if entry.birth_year:
        month = f"{entry.birth_month:02d}." if entry.birth_month else ""
        return f"{month}{entry.birth_year}"
    return "" if entry.age is None else str(entry.age)


def read_people(text: str) -> list[Known]:
    """ "3 Erwachsene, 2 Kinder 4 6" → five people. Raises Unreadable."""
    people: list[Known] = []
    for part in re.split(r"[,;\n]|\bund\b", text):
        if part.strip():
            people += _people(part.strip(), people)
    if len(people) > MOST:
        raise Unreadable(_("Das sind mehr als %d Personen. Bitte in Teilen eintragen.") % MOST)
    return people


def _people(part: str, before: list[Known]) -> Iterator[Known]:
    """One part: a number, a word, ages. A bare age goes on with the word before: "Kinder 4 und 6"."""
    found = _PART.fullmatch(part)
    group = next(
        (known for word, known in _GROUPS if found and found[2].lower().startswith(word)), None
    )
    if found is None and before:
        yield {"age_group": before[-1]["age_group"], **read_age(part)}
        return
    if found is None or group is None:
        raise Unreadable(
            _("„%s“ wurde nicht verstanden. Beispiel: 3 Erwachsene, 2 Kinder 4 6, 1 Person") % part
        )
    ages = [read_age(each) for each in found[3].split()]
    count = int(found[1]) if found[1] else max(1, len(ages))
    if len(ages) > count:
        raise Unreadable(_("„%s“: mehr Altersangaben als Personen.") % part)
    for number in range(min(count, MOST + 1)):
        yield {**group, **(ages[number] if number < len(ages) else {})}
