"""What two spellings of a word have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.search.spelling import LONGEST_KEY, spelling, words


@pytest.mark.parametrize(
    ("written", "typed"),
    [("Müll", "MUELL"), ("Straße", "strasse"), ("deșeuri", "deseuri"), ("śmieci", "smieci")],
)
def test_umlauts_and_hooks_fold(written: str, typed: str) -> None:
    assert spelling(written).folded == spelling(typed).folded


@pytest.mark.parametrize(("written", "typed"), [("Müll", "mull"), ("Überbelegung", "uberbelegung")])
def test_a_keyboard_without_umlauts_meets_the_plain_key(written: str, typed: str) -> None:
    assert spelling(written).folded != spelling(typed).folded
    assert spelling(written).plain == spelling(typed).plain


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Weißenfels", "Вайсенфелс"),
        ("Neumarkt", "Ноймаркт"),
        ("Neustadt", "Нойщат"),
        ("Merseburger", "Мерзебургер"),
        ("Straße", "щрасе"),
        ("Müll", "мюл"),
        ("Bürgerbüro", "бюргербюро"),
        ("Zeitz", "Цайц"),
        ("Bahnhof", "банхоф"),
        ("otpadatsi", "отпадъци"),
        ("otpadaci", "отпадъци"),
        ("zhilishte", "жилище"),
        ("jilishte", "жилище"),
        ("naem", "наем"),
    ],
)
def test_the_same_sound_in_both_scripts(latin: str, cyrillic: str) -> None:
    assert spelling(latin).sound == spelling(cyrillic).sound


def test_words_of_a_text_are_letters_and_digits_only() -> None:
    assert words("Neumarkt 6, 06667 (Hof)_A – „Müll“!") == [
        "Neumarkt", "6", "06667", "Hof", "A", "Müll",
    ]  # fmt: skip


@given(st.text(max_size=200))
def test_any_text_has_keys_that_fit_their_columns(text: str) -> None:
    for word in words(text):
        assert all(len(key) <= LONGEST_KEY for key in spelling(word))
