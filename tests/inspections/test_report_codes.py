"""The receipt code: 50 random bits, a check sign, and nothing stored that leads back to it."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from inspections.reports import codes

BODIES = st.text(alphabet=codes.ALPHABET, min_size=codes.LENGTH, max_size=codes.LENGTH)


@given(BODIES)
def test_a_code_is_read_as_it_was_written(body: str) -> None:
    shown = codes.written(body)
    assert re.fullmatch(r"M-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]", shown)
    assert codes.read(shown) == body


@given(BODIES, st.sampled_from([" ", "", ".", " - "]), st.booleans())
def test_spacing_case_and_look_alikes_do_not_matter(body: str, between: str, prefix: bool) -> None:
    typed = between.join(codes.written(body).replace("-", "")).lower().replace("0", "o")
    typed = typed.replace("1", "l")
    assert codes.read(typed if prefix else typed[1:].lstrip(" .-")) == body


def test_letters_of_a_bulgarian_keyboard_are_read() -> None:
    assert codes.read(
        codes.written("ABCEHKMPTX").translate(str.maketrans("ABCEHKMPTX", "АВСЕНКМРТХ"))
    )


@given(BODIES, st.integers(0, codes.LENGTH), st.sampled_from(codes.ALPHABET))
def test_one_wrong_sign_is_noticed_without_a_database(body: str, place: int, sign: str) -> None:
    signs = list(body + codes.check_sign(body))
    if signs[place] == sign:
        return
    signs[place] = sign
    with pytest.raises(codes.Mistyped):
        codes.read("".join(signs))


@given(BODIES, st.integers(0, codes.LENGTH), st.integers(0, codes.LENGTH))
def test_two_swapped_signs_are_noticed(body: str, one: int, other: int) -> None:
    signs = list(body + codes.check_sign(body))
    if signs[one] == signs[other]:
        return
    signs[one], signs[other] = signs[other], signs[one]
    with pytest.raises(codes.Mistyped):
        codes.read("".join(signs))


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_mistyped(typed: str) -> None:
    with suppress(codes.Mistyped):
        assert codes.written(codes.read(typed))


def test_codes_use_all_signs_and_do_not_repeat() -> None:
    drawn = {codes.new_body() for _ in range(2000)}
    assert len(drawn) == 2000
    for place in range(codes.LENGTH):
        assert {body[place] for body in drawn} == set(codes.ALPHABET)


def test_a_form_sent_twice_has_one_code_and_another_form_another() -> None:
    assert codes.body_from("samen") == codes.body_from("samen")
    assert codes.body_from("samen") != codes.body_from("anderer")


def test_the_hash_needs_the_key_and_survives_a_new_one(settings: LazySettings) -> None:
    body = codes.new_body()
    stored = codes.hashed(body)
    assert body not in stored
    assert codes.matches(body, stored)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "x" * 60
    assert not codes.matches(body, stored)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert codes.matches(body, stored)
