"""What is exported imports as unchanged, and after a loss brings back the very same values.

Generated from the catalogue: every collection, every column, every format. A new collection or a
new kind of field is in it without anybody writing a test.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.management import call_command
from django.db import models
from django.utils import timezone

from access.models import OrganisationalUnit
from buildings.models import OccupancyEntry
from buildings.models.entries import AgeGroup
from cases.interviews.rules import LISTED, AskedOf
from cases.models import (
    ContactNote,
    InterviewAnswer,
    Question,
    QuestionSet,
    QuestionText,
    Referral,
)
from cases.referrals.rules import Basis
from catalogue import ChoiceSetField, collections
from exchange.rights import Rights
from exchange.tables.columns import Column
from exchange.tables.resources import resource_of
from exchange.writing import RETURNABLE
from history.actor import System, acting_as
from law.models import LegalFigure
from law.rules import KNOWN, Unit
from people.models import Person, PersonKey
from tests.backoffice.conftest import kept_for_the_file
from tests.cast import Cast, _referred_first
from tests.exchange.conftest import Receipt

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

SYSTEM = System("Test")
TEXTS = (
    "=1+1",
    "+49 3443 0",
    "-2+3",
    "@SUM(A1)",
    "\uff1d1+1",
    "'=1+1",
    "''@x",
    "'s-Gravenweg",
    '="06667"',
    "06667",
    "0000123456789012345678",
    "1234567890123456",
    "1e5",
    "1.234,5",
    "31.02.2026",
    "2026-01-31",
    "WAHR",
    "nein",
    'a;b"c, d|e',
    "zwei  Leerzeichen   innen",
    "<b>&amp;</b> ]]> %s %(x)s {{ x }}",
    "👩‍👩‍👧 Ĳ Ł ș ț ẞ",
    "عنوان ‏12",
    "שדרות 7",
    "a\u00a0b\u2028c",
    "_x000D_",
)
LINES = ("Zeile 1\nZeile 2\n\n\tZeile 4", "a\tb", "=1\n=2", "Text\n'Text")
DAYS = (
    datetime.date(1, 1, 1),
    datetime.date(1853, 12, 31),
    datetime.date(1900, 2, 28),
    datetime.date(1900, 3, 1),
    datetime.date(2026, 10, 25),
    datetime.date(9999, 12, 31),
)
ROWS = len(TEXTS) + len(LINES)


def candidates(field: Any, number: int) -> Iterator[Any]:
    """Values worth trying in this field, the nastiest first; they differ from row to row."""
    if isinstance(field, ChoiceSetField) or field.flatchoices:
        yield _chosen(field, number)
    elif isinstance(field, models.BooleanField):
        yield bool(number % 2)
    elif isinstance(field, models.DateTimeField):
        yield timezone.now().replace(microsecond=number)
    elif isinstance(field, models.DateField):
        yield DAYS[(number + (field.name == "valid_to")) % len(DAYS)]
    elif isinstance(field, models.TimeField):
        yield datetime.time(number % 24, number, number)
    elif isinstance(field, models.DecimalField):
        least = Decimal(1).scaleb(-field.decimal_places)
        yield (Decimal("9" * field.max_digits).scaleb(-field.decimal_places), least)[number % 2]
        yield from ((least, Decimal(number)), (Decimal(number), least))[number % 2]
        yield from (number + least, Decimal(1 + number % 9))
    elif isinstance(field, models.IntegerField):
        yield (32_767, 0, 1987, -3)[number % 4]
        yield from (number, 1900 + number, 1 + number % 30, 1 + number % 12)
    else:
        lines = isinstance(field, models.TextField)
        text = (*TEXTS, *(LINES if lines else (f"{text} 2" for text in TEXTS)))[number]
        yield text[: field.max_length].strip()
        yield from (f"{number + 1}", f"0{6600 + number}", f"a{number}@example.org", f"a{number}")


def _chosen(field: Any, number: int) -> str:
    if isinstance(field, ChoiceSetField):
        codes = [code for code, _label in field.codes]
        return field.joined(codes[number % len(codes) :][:30])
    codes = [code for code, _label in field.flatchoices if code not in ("", None)]
    return codes[number % len(codes)]


#: What an entry of an occupancy plan says of an age: see `_age_in_one_way`.
AGES = ("age_group", "age", "birth_year", "birth_month")


class Nasty:
    """ROWS records of every collection, each column holding every value its field accepts."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.records: dict[Any, list[Any]] = {}
        with acting_as(SYSTEM):
            for model in _referred_first():
                if not model.collection.imported:
                    continue
                self.records[model] = [self._record(model, number) for number in range(ROWS)]

    def _record(self, model: Any, number: int) -> Any:
        record = model(unit=(self.cast.house_a, self.cast.house_b)[number % 2])
        key = model.collection.key
        for declared in model.collection.exchanged:
            field = model._meta.get_field(declared.name)
            if (
                not declared.entered
                or declared.name in ("unit", *AGES)
                or _same_table(column=field)
            ):
                continue
            if field.is_relation:
                setattr(record, field.name, self._referred(record, field, number))
            elif declared.name == "valid_to" and record.valid_from == DAYS[-1]:
                continue  # nothing ends after the last day there is
            elif not (field.blank and field.name not in key and number % 7 == 6):
                self._fill(record, field, number)
        if model in SETTLED:
            SETTLED[model](record, number)
        self._agree(record, number)
        record.save()
        return record

    def _agree(self, record: Any, number: int) -> None:
        """Values that do not go together: those the record names give way to others, or to none."""
        for turn in range(1, 5):
            try:
                record.full_clean()
            except ValidationError as error:
                named = error.message_dict
                if NON_FIELD_ERRORS in named:
                    self._fill_the_empty(record, number + turn)
                for name in named.keys() - {NON_FIELD_ERRORS}:
                    field = record._meta.get_field(name)
                    if field.blank and name not in record.collection.key:
                        setattr(record, field.attname, None if field.null else "")
                    else:
                        self._fill(record, field, number + turn)
            else:
                return
        record.full_clean()

    def _fill_the_empty(self, record: Any, number: int) -> None:
        for declared in record.collection.exchanged:
            field = record._meta.get_field(declared.name)
            empty = getattr(record, field.attname) in (None, "")
            if empty and declared.entered and field.flatchoices:
                self._fill(record, field, number)

    def _referred(self, record: Any, field: Any, number: int) -> Any:
        """A record of its own for each reference: nobody is a member of himself."""
        if field.related_model is OrganisationalUnit:
            return (self.cast.house_a, self.cast.house_b)[number % 2]
        if field.related_model not in self.records:  # accounts: a few, none of them a record
            people = list(self.cast.people.values())
            return people[number % len(people)]
        there = self.records[field.related_model]
        taken = [
            each for each in record._state.fields_cache.values() if type(each) is type(there[0])
        ]
        return there[number - len(taken)]

    def _fill(self, record: Any, field: Any, number: int) -> None:
        """The nastiest value that the field accepts."""
        for value in candidates(field, number):
            try:
                setattr(record, field.name, field.clean(value, record))
            except ValidationError:
                continue
            return
        raise AssertionError(f"{field}: teach this test a value the field accepts")


def _in_a_unit_that_fits(figure: LegalFigure, number: int) -> None:
    """Areas in m², ages in years, periods in whole units; each figure begins once on a day."""
    known = list(KNOWN)
    figure.key = known[(known.index(figure.key) + number // len(known)) % len(known)]
    units = KNOWN[figure.key].units
    figure.measured_in = units[number % len(units)]
    if figure.measured_in == Unit.MONTH_OF_YEAR:
        figure.value = Decimal(1 + number % 12)
    elif figure.measured_in != Unit.SQUARE_METRES:
        figure.value = max(Decimal(1), figure.value.to_integral_value(ROUND_DOWN))


def _age_in_one_way(entry: OccupancyEntry, number: int) -> None:
    """An entry takes one statement of an age, and none that contradicts the day of its plan."""
    day = entry.plan.as_of
    entry.birth_date = None
    if number % 4 < 2 and day.year >= 1900:
        entry.birth_year, entry.birth_month = min(day.year, 2000), number % 12 + 1
    elif number % 4 == 3:
        entry.age = number % 90
        entry.age_group = AgeGroup.CHILD if entry.age < 18 else AgeGroup.ADULT
    else:
        entry.birth_date = day


def _choices_that_parse(question: Question, number: int) -> None:
    """A list of answers where there is something to choose; the rest is read as it is."""
    question.choices, question.condition = "", f"key_{number} = a, b" if number % 2 else ""
    if question.kind in LISTED:
        question.choices = f"a | {TEXTS[number % len(TEXTS)]}\nb | {number}"


def _choices_of_the_question(text: QuestionText, number: int) -> None:
    text.choices = text.question.choices


def _of_whom_it_is_asked(answer: InterviewAnswer, number: int) -> None:
    if answer.question.asked_of == AskedOf.HOUSEHOLD:
        answer.person = None
    fitting = {
        "choice": "a",
        "choices": "a,b",
        "yes_no": "yes",
        "number": "7",
        "date": "2026-03-01",
    }
    text = TEXTS[number % len(TEXTS)]
    answer.value = "" if answer.declined else fitting.get(answer.question.kind, text)


def _each_edition_once(questions: QuestionSet, number: int) -> None:
    questions.edition = number + 1


def _born_on_one_day(person: Person, number: int) -> None:
    if number % 3:
        person.birth_year = person.birth_month = None
    else:
        person.birth_date = None
        person.birth_year, person.birth_month = 1950 + number, 1 + number % 12


def _to_one_recipient_on_a_basis(referral: Referral, number: int) -> None:
    if number % 2 and referral.recipient:
        referral.to_unit = None
    else:
        referral.recipient = ""
    if not referral.basis_ref:
        referral.basis = Basis.CONSENT


def _next_step_by_a_day(note: ContactNote, number: int) -> None:
    if note.next_on is None:
        note.next_step = ""


#: What a collection's own rules do not let any value stand beside any other.
SETTLED: dict[Any, Callable[[Any, int], None]] = {
    LegalFigure: _in_a_unit_that_fits,
    OccupancyEntry: _age_in_one_way,
    Question: _choices_that_parse,
    QuestionSet: _each_edition_once,
    QuestionText: _choices_of_the_question,
    InterviewAnswer: _of_whom_it_is_asked,
    Referral: _to_one_recipient_on_a_basis,
    ContactNote: _next_step_by_a_day,
    Person: _born_on_one_day,
}


def stored(model: Any) -> list[tuple[Any, ...]]:
    """The columns of a collection as the database has them, references by what they refer to."""
    resource = resource_of(model)(Rights(SYSTEM, model))
    names = [column.name for column in resource.columns]
    return sorted(model._default_manager.values_list(*names), key=repr)


@pytest.fixture(scope="module")
def nasty_of_the_file(django_db_setup: None, django_db_blocker: Any) -> Iterator[Nasty]:
    """A thousand records, made once: no test here changes one of them in memory."""
    with kept_for_the_file(django_db_blocker):
        with django_db_blocker.unblock():
            nasty = Nasty(Cast())
        yield nasty


@pytest.fixture
def nasty(nasty_of_the_file: Nasty, db: None) -> Nasty:
    return nasty_of_the_file


@pytest.fixture
def cast(nasty: Nasty) -> Cast:
    return nasty.cast


def exported(model: Any, fmt: str, folder: Path) -> Path:
    file = folder / f"{model._meta.model_name}.{fmt}"
    call_command("export_table", model._meta.model_name, "--format", fmt, "--output", str(file))
    return file


@pytest.mark.parametrize("fmt", RETURNABLE)
def test_every_collection_comes_back_unchanged_and_after_a_loss_byte_for_byte(
    nasty: Nasty, command: Callable[..., Receipt], tmp_path: Path, fmt: str
) -> None:
    ordered = [model for model in _referred_first() if model.collection.imported]
    files = {model: exported(model, fmt, tmp_path) for model in ordered}
    for model in ordered:
        receipt = command(model, files[model])
        assert (receipt.problems, receipt.counts) == ([], {"unchanged": ROWS}), model
        assert receipt.said["unknown_columns"] == _left_alone(model), model
    before = {model: stored(model) for model in ordered}
    PersonKey.objects.all().delete()  # what a look-up finds people by goes with them
    for model in reversed(ordered):
        model._default_manager.all()._raw_delete("default")
    for model in ordered:
        receipt = command(model, files[model], "", "--apply")
        assert (receipt.problems, receipt.counts) == ([], {"new": ROWS}), model
        assert stored(model) == before[model]


def test_every_column_there_is_takes_part(nasty: Nasty) -> None:
    """The nasty records leave no column empty, and none with a single value if it can have more."""
    for model in filter(lambda model: model.collection.imported, collections()):
        for column in resource_of(model)(Rights(SYSTEM, model), entry=True).columns:
            found = set(model._default_manager.values_list(column.name, flat=True))
            found -= {None, ""}
            if _same_table(column=model._meta.get_field(column.path[0])):
                continue
            assert len(found) > (0 if _has_one_value(column) else 1), f"{model}: {column.name}"


def _same_table(*, column: Any) -> bool:
    """A reference to its own collection: a file cannot name a record that comes with it."""
    return column.related_model is column.model


def _left_alone(model: Any) -> list[str]:
    """The headings an export has and an import says it does not take over: states, for one."""
    columns = resource_of(model)(Rights(SYSTEM, model)).columns
    return [c.column_name for c in columns if not model.collection.fields[c.path[0]].entered]


def _has_one_value(column: Column) -> bool:
    return len(column.model_field.flatchoices) == 1


def test_a_column_somebody_may_not_see_is_never_offered_nor_written(
    nasty: Nasty, cast: Cast
) -> None:
    """Field rights, from the declarations: the column is there exactly for those who have them."""
    for model in collections():
        every = {column.name for column in resource_of(model)(Rights(SYSTEM, model)).columns}
        for person in cast.people.values():
            rights = Rights(person, model)
            allowed = {field.name for field in rights.fields()}
            shown = {column.name for column in resource_of(model)(rights).columns}
            hidden = {
                field.name
                for field in model.collection.exchanged
                if field.right and not rights.may(field.right)
            }
            assert not {name for name in shown if name.split("__")[0] in hidden}
            assert {name for name in every if name.split("__")[0] in allowed} == shown
