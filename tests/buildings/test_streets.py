"""The register of streets, where others meet it."""

from __future__ import annotations

from typing import Any

import pytest

from buildings.models import Building, Street
from exchange.models import ImportRow
from tests.backoffice.desk import signed_in
from tests.buildings.conftest import stored
from tests.cast import Cast
from tests.exchange.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_an_import_names_the_present_name_of_a_street_with_a_former_one(
    cast: Cast, acting: None
) -> None:
    for name, postcode, former in (
        ("Musterhof", "06667", "Alter Musterhof"),
        ("Hofweg", "06688", "Alter Musterhof"),
        ("Neuplatz", "06667", "Weißer Platz"),
        ("Musterweg", "06667", ""),
    ):
        values: Any = {"name": name, "postcode": postcode, "city": "M", "former_name": former}
        stored(Street, cast.house_a, **values)
    desk = Desk(signed_in(cast, "data_office"), cast.people["data_office"])
    rows = ("Alter Musterhof;1", "WEISSER PLATZ;2", "Musterhof;3", "Musterweg;4")
    table = "Straße;Hausnr.;PLZ;Ort\n" + "".join(f"{row};06667;M\n" for row in rows)
    run = desk.plan(Building, table)
    told = {
        row.line: [remark["message"] for remark in row.remarks]
        for row in ImportRow.objects.filter(run=run)
    }
    former = "Früherer Name. Die Straße heißt heute "
    assert told == {
        2: [f"{former}„Hofweg“ (06688) oder „Musterhof“ (06667)."],
        3: [f"{former}„Neuplatz“ (06667)."],
        4: [],
        5: [],
    }
    assert f"{former}„Neuplatz“ (06667)." in desk.see(run)
    desk.step(run)
    assert Building.objects.filter(street="Alter Musterhof").exists(), "it is told, not changed"
