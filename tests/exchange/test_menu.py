"""The way in: who may exchange tables finds it in the menu, others see nothing of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.exchange.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("data_office", {"Importe", "Importprofile", "Exporte", "Pakete"}),
        ("clearing", {"Importe", "Importprofile", "Exporte", "Pakete"}),
        ("outreach", {"Importe", "Importprofile", "Exporte", "Pakete"}),
        ("neighbourhood", {"Exporte", "Pakete"}),
        ("editor", set()),
    ],
)
def test_the_menu_leads_to_what_one_may_do(
    desk_of: Callable[[str], Desk], role: str, shown: set[str]
) -> None:
    page = desk_of(role).client.get("/admin/").content.decode()
    addresses = {
        "Importe": "/admin/austausch/",
        "Importprofile": "/admin/austausch/profile/",
        "Exporte": "/admin/austausch/exporte/",
        "Pakete": "/admin/austausch/pakete/",
    }
    found = {label for label, address in addresses.items() if f'"{address}"' in page}
    assert found == shown
    assert ("Datenaustausch" in page) is bool(shown)
