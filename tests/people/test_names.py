"""Names stay as they are, parts of dates find their fields; in the form and in a table alike."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from catalogue.days import known_part
from people import rules
from people.codes import NATIONALITIES
from people.models import Person
from people.names import latin_name
from tests.backoffice.desk import page, signed_in
from tests.cast import Cast

ADD = "/admin/people/person/add/"


@pytest.mark.parametrize(
    "name",
    [
        "Ştefănescu",
        "Ștefănescu",
        "Łukaszewicz-Żółć",
        "Đorđević",
        "O’Connor",
        "D'Angelo",
        "von der Größe",
        "Ərdoğan",
        "N\u0303andu",
        "Þórsdóttir",
        "Nguyễn Thị Ánh",
        "Kind 2",
    ],
)
def test_any_latin_name_is_taken(name: str) -> None:
    latin_name(name)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Иванов", "„И“ ist kein lateinischer Buchstabe (kyrillisch)"),
        ("Παπαδόπουλος", "„Π“ ist kein lateinischer Buchstabe (griechisch)"),
        ("محمد", "(arabisch)"),
        ("Iv@nov", "„@“ gehört nicht in einen Namen"),
        ("?tef?nescu", "„?“ gehört nicht in einen Namen"),
    ],
)
def test_what_is_no_latin_name_is_named(name: str, told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        latin_name(name)
    assert told in refused.value.messages[0]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("00.00.1987", (1987, None)),
        ("00.05.1987", (1987, 5)),
        ("05.1987", (1987, 5)),
        ("5/1987", (1987, 5)),
        ("1987", (1987, None)),
        ("1987-05", (1987, 5)),
        ("1987-00-00", (1987, None)),
        ("00001987", (1987, None)),
        ("19870500", (1987, 5)),
        ("??.??.1987", (1987, None)),
        ("05.13.1987", None),
        ("00.13.1987", None),
        ("31.01.1987", None),
        ("gestern", None),
        ("", None),
    ],
)
def test_parts_of_a_day(text: str, part: Any) -> None:
    assert known_part(text) == part


def test_ages_are_as_certain_as_the_date() -> None:
    day = dt.date(2026, 11, 28)
    born = Person(birth_date=dt.date(2008, 11, 28))
    assert (rules.ages_on(born, day), rules.is_adult_on(born, day)) == ((18, 18), True)
    assert rules.ages_on(born, dt.date(2026, 11, 27)) == (17, 17)
    year = Person(birth_year=2008)
    assert (rules.ages_on(year, day), rules.is_adult_on(year, day)) == ((17, 18), None)
    assert rules.age_in_words(year, day) == "17 oder 18 Jahre"
    month = Person(birth_year=2008, birth_month=5)
    assert (rules.age_in_words(month, day), rules.is_adult_on(month, day)) == ("18 Jahre", True)
    assert rules.age_in_words(Person(birth_year=2008, birth_month=12), day) == "17 Jahre"
    assert rules.ages_on(Person(), day) is None
    assert rules.is_adult_on(Person(birth_year=2030), day) is None


def test_every_state_has_its_key_once_and_a_name() -> None:
    by_key = dict(NATIONALITIES)
    assert len(by_key) == len(NATIONALITIES) == 203
    assert {by_key[k] for k in ("125", "154", "152", "000")} == {
        *("Bulgarien", "Rumänien", "Polen", "Deutschland")
    }


def sent(cast: Cast, **values: Any) -> dict[str, Any]:
    return {"family_name": "Muster", "given_names": "Mia", "unit": cast.house_a.pk} | values


def test_the_form_keeps_the_spelling_and_sorts_a_part_of_a_date(cast: Cast) -> None:
    client = signed_in(cast, "clearing")
    form = client.get(ADD).content.decode()
    assert form.count('name="nationalities"') == 2
    assert 'data-known="/admin/people/perhaps-known/"' in form
    decomposed = unicodedata.normalize("NFD", "Ștefănescu")
    values = sent(
        cast,
        family_name=decomposed,
        birth_date="00.05.1987",
        nationalities=["154", "", "125"],
        languages=["ro", "bg"],
        original_spelling="Иванов",
    )
    assert client.post(ADD, values).status_code == 302
    made = Person.objects.get()
    assert made.family_name == "Ștefănescu" == unicodedata.normalize("NFC", made.family_name)
    assert (made.birth_date, made.birth_year, made.birth_month) == (None, 1987, 5)
    assert made.get_nationalities_display() == "Bulgarien, Rumänien"
    shown = client.get(page(made)).content.decode()
    assert "Ștefănescu Mia, 05.1987" in shown
    assert "Иванов" in shown


def test_the_form_says_which_letter_is_wrong_and_where_it_belongs(cast: Cast) -> None:
    answer = signed_in(cast, "clearing").post(ADD, sent(cast, family_name="Иванов"))
    said = answer.content.decode()
    assert "„И“ ist kein lateinischer Buchstabe (kyrillisch)" in said
    assert "gehört in „Originalschreibweise“" in said
    assert (
        "Bitte ein gültiges Datum eingeben"
        in signed_in(cast, "clearing")
        .post(ADD, sent(cast, birth_date="31.02.1987"))
        .content.decode()
    )
    assert not Person.objects.exists()
