"""Deadlines counted on the fingers: slow, straightforward, and not derived from agenda.rules.

Holidays of Saxony-Anhalt by its own law (FeiertG LSA § 2), Easter by the table-free rule of Oudin.
"""

from __future__ import annotations

from datetime import date, timedelta

ONE = timedelta(days=1)


def easter(year: int) -> date:
    century = year // 100
    golden = year % 19
    k = (century - 17) // 25
    i = (century - century // 4 - (century - k) // 3 + 19 * golden + 15) % 30
    i -= (i // 28) * (1 - (i // 28) * (29 // (i + 1)) * ((21 - golden) // 11))
    j = (year + year // 4 + i + 2 - century + century // 4) % 7
    offset = i - j
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))


def holidays_of_saxony_anhalt(year: int) -> set[date]:
    sunday = easter(year)
    fixed = [(1, 1), (1, 6), (5, 1), (10, 3), (10, 31), (12, 25), (12, 26)]
    return {date(year, month, day) for month, day in fixed} | {
        sunday - 2 * ONE,  # Karfreitag
        sunday + 1 * ONE,  # Ostermontag
        sunday + 39 * ONE,  # Christi Himmelfahrt
        sunday + 50 * ONE,  # Pfingstmontag
    }


def works(day: date) -> bool:
    return day.isoweekday() < 6 and day not in holidays_of_saxony_anhalt(day.year)


def end(event: date, count: int, unit: str) -> date:
    """Walks from the event to the end of the period, a day at a time."""
    if unit == "working_days":
        day, left = event, count
        while left:
            day += ONE
            left -= works(day)
        return day
    if unit in ("days", "weeks"):
        day = event
        for _n in range(count * (7 if unit == "weeks" else 1)):
            day += ONE
    else:
        day = months_later(event, count * (12 if unit == "years" else 1))
    while not works(day):
        day += ONE
    return day


def months_later(event: date, months: int) -> date:
    """Walks through every day: the day of that number, or the last one before a month without it."""
    day, passed = event, 0
    while passed < months:
        day += ONE
        if day.day == event.day:
            passed += 1
        elif day.day == 1 and (day - ONE).day < event.day:
            passed += 1  # the month that has just ended had no such day
            if passed == months:
                return day - ONE
    return day
