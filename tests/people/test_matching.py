"""What counts as one name, and what does not. Pure: no database."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from people.matching import LIKELY, Identity, judge, keys_of, sounds

BORN = dt.date(1987, 3, 5)


def who(name: str, born: dt.date | None = BORN, **values: object) -> Identity:
    """ "Ivanov, Hristo" as an identity."""
    family, _comma, given_names = name.partition(", ")
    return Identity(family, given_names, day=born, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("word", "code"),
    # Published examples of the Kölner Phonetik.
    [("müller", "657"), ("lüdenscheidt", "52682"), ("wikipedia", "3412"), ("breschnew", "17863")],
)
def test_the_sound_of_a_word_is_the_published_one(word: str, code: str) -> None:
    assert code in sounds(word)


SAME = [
    ("Ivanov, Hristo", "Iwanow, Christo"),
    ("Stoyanova, Stoyan", "Stojanowa, Stojan"),
    ("Ivanova, Maria", "Maria, Ivanova"),
    ("Ştefănescu, Ioana", "Ștefănescu, Ioana"),
    ("Ștefănescu, Ioana", "Stefanescu, Ioana"),
    ("Țepeș, Ionuț", "Tepes, Ionut"),
    ("Groß, Anna", "Gross, Anna"),
    ("Müller, Jörg", "Mueller, Joerg"),
    ("Kowalski, Anna", "Kowalska, Anna"),
    ("Müller-Lüdenscheidt, Karl-Heinz", "Mueller, Karlheinz"),
    ("García Márquez, Ana", "Garcia, Ana"),
    ("Petrov, Georgi Ivanov", "Petrov, Georgi"),
    ("Petrov, Georgi Ivanov", "Ivanov, Georgi"),
    ("Chavdarov, Mihail", "Tschawdarow, Michail"),
    ("Čavdarov, Mihail", "Cavdarov, Michail"),
    ("Zhivkov, Tsvetan", "Schiwkow, Zwetan"),
    ("Wałęsa, Łukasz", "Walesa, Lukas"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_name_in_two_spellings_is_found_both_ways(one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        assert keys_of(who(first)) & keys_of(who(second))
        assert judge(who(first), who(second)).score > 0.85
        # Also where no date is known: the names alone are enough.
        assert judge(who(first, None), who(second, None)).score >= LIKELY


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (dt.date(1987, 5, 3), "gleicher Name, Tag und Monat vertauscht"),
        (dt.date(1987, 3, 6), "gleicher Name, Geburtsdatum fast gleich"),
        (dt.date(1978, 3, 5), "gleicher Name, Geburtsdatum fast gleich"),
        (dt.date(1987, 1, 1), "gleicher Name, gleiches Geburtsjahr"),
        (BORN, "gleicher Name, gleiches Geburtsdatum"),
    ],
)
def test_a_date_that_is_a_little_off_is_said_to_be(other: dt.date, why: str) -> None:
    verdict = judge(who("Ivanova, Maria"), who("Ivanova, Maria", other))
    assert verdict.score >= LIKELY
    assert verdict.why == why


def test_a_partial_date_fits_or_does_not() -> None:
    asked = who("Ivanova, Maria")
    assert (
        judge(asked, Identity("Ivanova", "Maria", year=1987)).why
        == "gleicher Name, Geburtsjahr passt"
    )
    assert judge(asked, Identity("Ivanova", "Maria", year=1987, month=3)).score >= LIKELY
    assert judge(asked, Identity("Ivanova", "Maria", year=1990)).score < LIKELY


def test_namesakes_of_another_age_and_strangers_are_not_meant() -> None:
    asked = who("Ivanova, Maria")
    assert judge(asked, who("Ivanova, Maria", dt.date(1961, 11, 20))).score < LIKELY
    for stranger in ("Petrova, Elena", "Ivanova, Elena", "Schmidt, Maria"):
        assert judge(asked, who(stranger, dt.date(1990, 7, 1))).score < LIKELY


def test_who_has_married_is_found_by_given_name_and_date() -> None:
    verdict = judge(who("Petrova, Maria"), who("Ivanova, Maria"))
    assert keys_of(who("Petrova, Maria")) & keys_of(who("Ivanova, Maria"))
    assert (verdict.why, verdict.score >= LIKELY) == (
        "ein Name gleich, gleiches Geburtsdatum",
        True,
    )


_NAME = st.text(st.characters(codec="utf-8", categories=("L", "Mn", "Zs", "Pd")), max_size=40)


@settings(max_examples=60, deadline=None)
@given(_NAME, _NAME, st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1)))
def test_whatever_a_name_is_it_finds_itself_and_never_fails(
    family: str, given_names: str, born: dt.date | None
) -> None:
    asked = Identity(family, given_names, day=born)
    assert keys_of(asked) == keys_of(Identity(family, given_names, day=born))
    assert all(0 < len(key) <= 80 for key in keys_of(asked))
    verdict = judge(asked, asked)
    assert 0 <= verdict.score <= 1
    swapped = judge(asked, Identity(given_names, family, day=born))
    assert abs(swapped.score - verdict.score) < 0.05
