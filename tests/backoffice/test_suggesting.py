"""What a register holds is offered in the form, and what stands there besides may stay."""

from __future__ import annotations

from typing import Any

import pytest

from buildings.models import Building, Street
from catalogue import collections
from history.actor import System, acting_as
from tests.backoffice.desk import signed_in
from tests.cast import Cast

pytestmark = pytest.mark.django_db

ADD = "/admin/buildings/building/add/"


@pytest.fixture
def cast() -> Cast:
    cast = Cast()
    with acting_as(System("Test")):
        for name, postcode in (("Zierstraße", "06667"), ('Am "Alten" Gut', "06667")):
            Street(name=name, postcode=postcode, city="Beispielstadt", unit=cast.house_b).save()
        Street(name="Zierstraße", postcode="06688", city="Beispielstadt", unit=cast.house_b).save()
    return cast


def test_the_streets_of_the_register_are_offered_once_and_in_order(cast: Cast) -> None:
    page = signed_in(cast, "data_office").get(ADD).content.decode()
    field, offered = page.split('<datalist id="id_street-suggested">')
    assert 'list="id_street-suggested"' in field
    assert offered.split("</datalist>")[0] == (
        '<option value="Am &quot;Alten&quot; Gut"><option value="Zierstraße">'
    )


def test_a_street_that_is_not_in_the_register_is_taken_too(cast: Cast) -> None:
    sent = {
        "street": "Feldweg ohne Eintrag",
        "house_number": "1",
        "postcode": "06667",
        "city": "Beispielstadt",
        "unit": cast.house_a.pk,
    }
    assert signed_in(cast, "data_office").post(ADD, sent).status_code == 302
    assert Building.objects.get().street == "Feldweg ohne Eintrag"


def test_every_declared_suggestion_names_a_collection_and_a_field_of_it() -> None:
    named = [field.suggests for model in collections() for field in model.collection]
    declared = [name for name in named if name]
    assert declared
    for name in declared:
        label, _dot, source = name.rpartition(".")
        target: Any = next(each for each in collections() if each._meta.label_lower == label)
        assert source in target.collection.fields
