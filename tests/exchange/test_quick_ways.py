"""The quick ways of planning and applying come to what the plain ones come to."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from babel.numbers import NumberFormatError, parse_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from buildings.models import Building, Dwelling
from catalogue import collection_of, collections
from exchange.rows.constraints import Constraints
from exchange.rows.newcomers import Newcomers
from exchange.rows.repeats import FirstLines, mark
from exchange.rows.stored import Revival, encode, stored_form, stored_text
from exchange.tables.columns import Column, Reading, field_of
from exchange.tables.quantities import GERMAN, NumberWidget


def column(model: Any, name: str) -> Column:
    return Column((name,), field_of(model, name), collection_of(model).fields[name])


# -- Cells -----------------------------------------------------------------------------------------
@settings(deadline=None)
@given(st.from_regex(r"[+-]?[0-9.]{0,9}(,[0-9]{1,4})?", fullmatch=True))
def test_a_number_is_what_babel_reads_strictly(text: str) -> None:
    try:
        expected: Decimal | None = parse_decimal(text, locale=GERMAN, strict=True)
    except NumberFormatError:
        expected = None
    try:
        found = NumberWidget()._parsed(text)
    except ValueError:
        return  # we refuse more than Babel: decimal points, nothing at all
    assert repr(found) == repr(expected)  # to the digit: 0 is not 0.00


@settings(deadline=None, max_examples=300)
@given(st.text(st.characters(max_codepoint=0x17F), max_size=85) | st.just(" <leer> "))
def test_simple_text_is_read_as_all_text_is(text: str) -> None:
    quick, thorough = column(Building, "city"), column(Building, "city")
    thorough._longest = 0  # nothing counts as simple
    assert quick.read(text) == thorough.read(text)


def test_a_column_of_mixed_cells_is_read_cell_by_cell() -> None:
    found = column(Dwelling, "floor").read_all(["1", Decimal(1), "1", True, ""])
    assert [reading.value for reading in found] == [1, 1, 1, None, None]
    assert found[3].error
    assert found[4].empty


TEXTS = st.text(st.sampled_from("aB1 ,-.'\"\\\\?ä\t"), max_size=9) | st.just("<leer>")
NUMBERS = st.from_regex(r"[+-]?[0-9.]{0,5}(,[0-9]{0,3})?( m²)?", fullmatch=True)
PLAIN = st.from_regex(r"[1-9][0-9]?(,[0-9]{1,2})?", fullmatch=True)


@settings(deadline=None)
@given(
    st.sampled_from(["city", "living_area"]),
    st.lists(PLAIN, min_size=20, max_size=30, unique=True),
    st.lists(TEXTS | NUMBERS, max_size=2),
)
def test_a_column_is_read_at_once_as_its_cells_are_one_by_one(
    name: str, cells: list[str], odd: list[str]
) -> None:
    model = Building if name == "city" else Dwelling
    at_once, one_by_one = column(model, name), column(model, name)
    found = at_once.read_all(cells + odd)
    expected = [one_by_one.read(cell) for cell in cells + odd]
    assert repr(found) == repr(expected)  # to the digit
    assert at_once.read_all(cells) == found[: len(cells)]


def test_what_a_plan_row_keeps_of_a_new_value_is_its_json() -> None:
    reading = column(Building, "city").read('Muster"stadt\\')
    assert json.loads("{" + reading.text + "}") == {"city": [None, 'Muster"stadt\\']}
    for value in (None, 3, True, "ä\n", Decimal("4.50"), dt.date(2026, 3, 1)):
        assert stored_text(value) == encode(stored_form(value))
    assert Reading().text == ""


# -- Records ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("model", collections(), ids=lambda model: model.__name__)
def test_a_newcomer_is_what_the_constructor_makes(model: Any) -> None:
    values = {field.attname: None for field in model._meta.concrete_fields if field.is_relation}
    quick, slow = Newcomers(model), Newcomers(model)
    slow.direct = False
    one, other = quick.make(values), slow.make(values)
    apart = {f.attname for f, _default in quick.called} | {"_state"}
    assert one.__dict__.keys() == other.__dict__.keys()
    assert {k: v for k, v in one.__dict__.items() if k not in apart} == {
        k: v for k, v in other.__dict__.items() if k not in apart
    }
    assert vars(one._state) == vars(other._state)


def test_a_reference_may_be_given_by_its_field_s_name() -> None:
    assert Newcomers(Dwelling).make({"building": 7, "label": "EG"}).building_id == 7


def test_stored_forms_become_the_field_s_own_values() -> None:
    fields = {f.name: f for f in Dwelling._meta.concrete_fields}
    new: dict[str, Any] = {
        "building": 7,
        "label": "EG",
        "living_area": "45.50",
        "area_as_of": "2026-03-01",
        "floor": None,
    }
    for _again in range(2):
        found = Revival(fields).new_values({name: [None, value] for name, value in new.items()})
        assert found == new | {"living_area": Decimal("45.50"), "area_as_of": dt.date(2026, 3, 1)}


def test_columns_of_new_records_hold_what_an_instance_of_each_would() -> None:
    fields = {f.name: f for f in Dwelling._meta.concrete_fields}
    rows: list[dict[str, list[Any]]] = [
        {"building": [None, 7], "label": [None, "EG"], "living_area": [None, "45.50"]},
        {"building": [None, 8], "floor": [None, 2], "area_as_of": [None, "2026-03-01"]},
        {"label": [None, "DG"], "area_as_of": [None, None], "living_area": [None, None]},
    ]
    revival, newcomers = Revival(fields), Newcomers(Dwelling)
    columns = newcomers.columns(revival.new_columns(rows), len(rows))
    for place, row in enumerate(rows):
        single = newcomers.make(revival.new_values(row)).__dict__
        apart = {f.attname for f, _default in newcomers.called} | {"_state"}
        assert {name: values[place] for name, values in columns.items() if name not in apart} == {
            name: value for name, value in single.items() if name not in apart
        }


def test_the_keys_of_columns_are_those_of_their_records() -> None:
    for model in collections():
        records = [Newcomers(model).make({"unit": n}) for n in (1, 2)]
        names = [f.attname for f in model._meta.concrete_fields]
        columns = {name: [record.__dict__.get(name) for record in records] for name in names}
        for rule in Constraints(model).unique:
            assert rule.keys(columns) == [rule.key(record) for record in records]


# -- Keys that occur twice -------------------------------------------------------------------------
def test_the_first_line_of_each_key_is_known_among_many_in_little_room() -> None:
    lines = FirstLines(room=8)
    keys = [mark([f"Musterweg {n}", n % 7]) for n in range(20_000)]
    assert [lines.first(key, line) for line, key in enumerate(keys, 2)] == list(range(2, 20_002))
    assert [lines.first(key, 99_999) for key in keys] == list(range(2, 20_002))
    room = lines._marks.itemsize * len(lines._marks) + lines._lines.itemsize * len(lines._lines)
    assert room <= 40 * len(keys)


def test_marks_of_any_sign_are_told_apart() -> None:
    lines = FirstLines()
    assert [lines.first(mark, line) for line, mark in enumerate((-1, 0, 5, -1, 0, 5), 1)] == [
        *(1, 2, 3),
        *(1, 2, 3),
    ]
