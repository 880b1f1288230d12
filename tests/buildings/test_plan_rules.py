"""The area a dwelling must have: the figures of § 7 WoAufG LSA as examples, the bounds as laws."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buildings.plans import ages
from buildings.plans.rules import (
    Age,
    Answer,
    Assessment,
    Basis,
    Cause,
    Figures,
    NoRule,
    Resident,
    Result,
    assess,
    changes,
    figures_on,
    first_tip,
    months_later,
    stretches,
)

RULE = Figures(datetime.date(2018, 11, 29), Decimal(9), Decimal(6), 6, "§ 7 WoAufG LSA")
TODAY = datetime.date(2026, 11, 22)
DAYS = st.dates(datetime.date(2019, 1, 1), datetime.date(2040, 12, 31))
BIRTHS = st.dates(datetime.date(1930, 1, 1), datetime.date(2026, 11, 22))


def day(text: str) -> datetime.date:
    return datetime.datetime.strptime(text, "%d.%m.%Y").date()


def adults(count: int) -> list[Resident]:
    return [Resident(ages.grown_up(TODAY)) for _ in range(count)]


def child(years: int) -> Resident:
    return Resident(ages.aged(years, TODAY))


def judged(residents: list[Resident], area: str | None, on: datetime.date = TODAY) -> Assessment:
    value = None if area is None else Decimal(area)
    return assess(residents, area=value, rules=[RULE], on=on, basis=Basis.STATED)


def test_five_adults_and_two_small_children_in_54_m2_lack_3_m2() -> None:
    found = judged([*adults(5), child(3), child(5)], "54")
    assert (found.low, found.high, found.result) == (57, 57, Result.EXCEEDED)
    assert found.free == (-3, -3)
    assert found.certain == {Age.FULL: 5, Age.CHILD: 2, Age.OPEN: 0}


@pytest.mark.parametrize(
    ("area", "result"),
    [("57", "within"), ("56.99", "exceeded"), ("57.01", "within"), (None, "undetermined")],
)
def test_exactly_equal_is_within(area: str | None, result: str) -> None:
    assert judged([*adults(5), child(3), child(5)], area).result == result


@pytest.mark.parametrize(
    ("area", "result"), [("54", "within"), ("53", "undetermined"), ("45", "undetermined")]
)
def test_an_unknown_age_makes_bounds(area: str, result: str) -> None:
    unknown = [Resident(ages.minor(TODAY)) for _ in range(3)]
    found = judged([*adults(3), *unknown], area)
    assert (found.low, found.high, found.result) == (45, 54, result)


def test_even_the_lower_bound_can_be_too_much() -> None:
    assert judged([*adults(3), Resident(ages.minor(TODAY))], "32").result == "exceeded"


def test_nobody_needs_no_area() -> None:
    assert judged([], None).result == "within"


def test_owner_occupied_dwellings_are_not_judged() -> None:
    found = replace(judged(adults(9), "20"), applicable=False)
    assert found.result == "not_applicable"


@pytest.mark.parametrize(
    ("born", "last_day_as_child"),
    [
        ("23.11.2020", "22.11.2026"),
        ("29.02.2020", "28.02.2026"),  # § 188 (2) BGB: complete at the end of 28 February
        ("29.02.2024", "28.02.2030"),
        ("28.02.2020", "27.02.2026"),
        ("01.03.2020", "28.02.2026"),
        ("01.03.2018", "29.02.2024"),
        ("01.01.2021", "31.12.2026"),
    ],
)
def test_a_child_is_one_until_the_day_before_the_sixth_birthday(
    born: str, last_day_as_child: str
) -> None:
    resident = Resident(ages.born_on(day(born)))
    last = day(last_day_as_child)
    assert judged([resident], "6", last).result == "within"
    after = judged([resident], "6", last + ages.DAY)
    assert (after.low, after.result) == (9, "exceeded")


@given(BIRTHS, st.integers(0, 100), DAYS)
def test_birthday_and_born_by_are_two_sides_of_one_rule(
    born: datetime.date, age: int, on: datetime.date
) -> None:
    assert (ages.birthday(born, age) <= on) == (born <= ages.born_by(on, age))


@given(st.integers(0, 90), DAYS)
def test_an_age_holds_exactly_on_the_day_it_is_told_for(age: int, on: datetime.date) -> None:
    born = ages.aged(age, on)
    assert born.surely_reached(age, on)
    assert born.surely_below(age + 1, on)
    assert born.first <= born.last


RESIDENTS = st.builds(
    Resident,
    born=BIRTHS.flatmap(
        lambda first: st.integers(0, 4000).map(
            lambda days: ages.Born(first, first + datetime.timedelta(days=days))
        )
    ),
    stated=st.sampled_from(Answer),
    since=st.none() | DAYS,
    until=st.none() | DAYS,
)


@given(st.lists(RESIDENTS, max_size=6), st.decimals(10, 99, places=2), DAYS)
def test_what_is_found_out_later_lies_within_the_bounds(
    residents: list[Resident], area: Decimal, on: datetime.date
) -> None:
    """Whatever the true births and answers: the requirement is within, a certain result stays."""
    found = judged(residents, str(area), on)
    for pick in ("first", "last"):
        for answer in (Answer.YES, Answer.NO):
            known = [
                replace(
                    r,
                    born=ages.born_on(getattr(r.born, pick)),
                    stated=answer if r.stated is Answer.UNKNOWN else r.stated,
                )
                for r in residents
            ]
            truth = judged(known, str(area), on)
            assert found.low <= truth.low == truth.high <= found.high
            assert found.result in (truth.result, Result.UNDETERMINED)


@given(st.lists(RESIDENTS, max_size=5), st.decimals(10, 60, places=2), DAYS)
def test_between_two_changes_nothing_changes(
    residents: list[Resident], area: Decimal, on: datetime.date
) -> None:
    now = judged(residents, str(area), on)
    foreseen = {change.on: change.after for change in changes(now, residents, [RULE])}
    current = now
    for offset in range(1, (months_later(on) - on).days + 1):
        later = on + datetime.timedelta(days=offset)
        current = foreseen.get(later, current)
        truth = judged(residents, str(area), later)
        assert (truth.low, truth.high, truth.result) == (current.low, current.high, current.result)


def test_the_preview_names_the_birthday_that_tips_the_result() -> None:
    residents = [*adults(2), Resident(ages.born_on(day("14.03.2021"))), child(1)]
    found = changes(judged(residents, "32"), residents, [RULE])
    assert [(c.on, set(c.causes), c.after.low, c.tips) for c in found] == [
        (day("14.03.2027"), {Cause.BIRTHDAY}, Decimal(33), True)
    ]
    tip = first_tip(found)
    assert tip is not None
    assert tip.after.free == (-1, -1)


def test_a_birthday_that_leaves_the_result_is_named_too_but_does_not_tip() -> None:
    residents = [Resident(ages.born_on(day("14.03.2021")))]
    (found,) = changes(judged(residents, "30"), residents, [RULE])
    assert not found.tips
    assert first_tip([found]) is None


def test_a_year_of_birth_makes_the_result_doubtful_for_that_year() -> None:
    residents = [Resident(ages.born_in(2021))]
    found = changes(judged(residents, "8", day("15.06.2026")), residents, [RULE])
    assert [(c.on, c.after.result) for c in found] == [(day("01.01.2027"), "undetermined")]


def test_a_new_rule_changes_the_requirement_from_its_first_day() -> None:
    stricter = Figures(day("01.01.2027"), Decimal(10), Decimal(10), 6, "§ 7 neu")
    residents = adults(2)
    now = assess(residents, area=Decimal(18), rules=[RULE, stricter], on=TODAY, basis=Basis.STATED)
    (found,) = changes(now, residents, [RULE, stricter])
    assert (found.on, found.causes, found.after.low) == (day("01.01.2027"), {Cause.RULE}, 20)
    assert (now.figures, found.after.figures) == (RULE, stricter)


def test_moving_in_and_out_counts_from_the_first_and_to_the_last_day() -> None:
    moving = replace(adults(1)[0], since=day("01.12.2026"), until=day("31.12.2026"))
    expected = {"30.11.2026": 0, "01.12.2026": 9, "31.12.2026": 9, "01.01.2027": 0}
    for on, low in expected.items():
        assert judged([moving], "8", day(on)).low == low


def test_each_count_has_its_own_result() -> None:
    residents = [
        Resident(ages.grown_up(TODAY), stated="yes", seen=seen, registered="no")
        for seen in ("yes", "yes", "no", "unknown")
    ]
    results = {
        basis: assess(residents, area=Decimal(20), rules=[RULE], on=TODAY, basis=basis)
        for basis in Basis
    }
    assert {b: (r.low, r.high, r.result) for b, r in results.items()} == {
        Basis.STATED: (36, 36, "exceeded"),
        Basis.SEEN: (18, 27, "undetermined"),
        Basis.REGISTERED: (0, 0, "within"),
    }
    assert results[Basis.SEEN].persons == (2, 3)


def test_without_a_rule_nothing_is_judged() -> None:
    with pytest.raises(NoRule):
        judged(adults(1), "20", day("28.11.2018"))
    ended = replace(RULE, valid_to=day("31.12.2026"))
    assert figures_on([ended], day("31.12.2026")) == ended
    with pytest.raises(NoRule):
        figures_on([ended], day("01.01.2027"))


def test_the_days_ahead_are_told_rule_by_rule_as_far_as_one_is_known() -> None:
    ended = replace(RULE, valid_from=day("01.01.2027"), valid_to=day("31.03.2027"))
    ahead = stretches([ended, RULE], TODAY)
    assert ahead == [
        (day("23.11.2026"), day("31.12.2026"), RULE),
        (day("01.01.2027"), day("31.03.2027"), ended),
    ]
    assert stretches([RULE, ended], day("31.03.2027")) == []
    assert stretches([RULE], TODAY) == [(day("23.11.2026"), day("22.11.2027"), RULE)]


@pytest.mark.parametrize(
    ("start", "end"),
    [("29.02.2024", "28.02.2025"), ("31.12.2026", "31.12.2027"), ("01.06.2026", "01.06.2027")],
)
def test_the_preview_reaches_twelve_months(start: str, end: str) -> None:
    assert months_later(day(start)) == day(end)
