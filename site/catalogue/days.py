"""Days of which only a part is known, as papers have them: "00.05.1987", "05.1987", "1987"."""

from __future__ import annotations

import re
from typing import NamedTuple

_UNKNOWN = r"(?:00?|--?|\?{1,2}|[xX]{1,2})"
_ONLY_YEAR = tuple(
    re.compile(form)
    for form in (
        r"(?P<year>\d{4})",
        rf"{_UNKNOWN}[./]{_UNKNOWN}[./](?P<year>\d{{4}})",
        rf"(?P<year>\d{{4}})-{_UNKNOWN}(?:-{_UNKNOWN})?",
        r"0000(?P<year>\d{4})",
        r"(?P<year>\d{4})0000",
    )
)
_ONLY_MONTH = tuple(
    re.compile(form)
    for form in (
        rf"(?:{_UNKNOWN}[./])?(?P<month>\d{{1,2}})[./](?P<year>\d{{4}})",
        rf"(?P<year>\d{{4}})-(?P<month>\d{{2}})(?:-{_UNKNOWN})?",
        r"00(?P<month>\d{2})(?P<year>\d{4})",
        r"(?P<year>\d{4})(?P<month>\d{2})00",
    )
)


class PartOfDay(NamedTuple):
    """What is known of a day that is not known whole."""

    year: int
    month: int | None

    def __str__(self) -> str:
        return in_words(self.year, self.month)


def known_part(text: str) -> PartOfDay | None:
    """Year, or year and month; None where the text is anything else, a whole day included."""
    text = text.strip()
    for form in _ONLY_YEAR:
        if found := form.fullmatch(text):
            return PartOfDay(int(found["year"]), None)
    for form in _ONLY_MONTH:
        found = form.fullmatch(text)
        if found and 1 <= int(found["month"]) <= 12:
            return PartOfDay(int(found["year"]), int(found["month"]))
    return None


def in_words(year: int | None, month: int | None) -> str:
    """ "05.1987", "1987", ""."""
    if not year:
        return ""
    return f"{month:02d}.{year}" if month else str(year)
