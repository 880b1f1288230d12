"""Doors: who stands behind an offer or a contact, entered once and shown wherever it is named."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import ProtectedError
from django.test import Client

from pages.models import Agency, ContactPoint, CounsellingOffer, PortalSeed
from tests.pages.conftest import html_of
from tests.pages.rendering import Store, Worker, committed, kept, worker  # noqa: F401 - fixtures
from tests.pages.test_build_portal import editor  # noqa: F401 - fixture
from tests.pages.test_search import found


@pytest.fixture
def agency(portal: Client) -> Agency:
    return Agency.objects.get(name="Migrationsagentur Burgenlandkreis")


def item(portal: Client, listing: str, pk: int, locale: str = "de") -> dict[str, Any]:
    items = portal.get(f"/api/v2/{listing}/?locale={locale}").json()["items"]
    return next(each for each in items if each["id"] == pk)


def test_an_offer_says_who_stands_behind_it_in_the_readers_language(
    portal: Client, agency: Agency
) -> None:
    for address, heading, kind, carrier in (
        ("/de/beratung/", "Wer das ist", "Amt des Landkreises", "Träger"),
        (
            "/ro/consiliere/",
            "Cine este",
            "Instituție a districtului",
            "Cine răspunde de acest serviciu",
        ),
    ):
        html = html_of(portal, address)
        told = html.split('<dd lang="de"> Migrationsagentur Burgenlandkreis </dd>', 1)
        assert told[0].endswith(f"<dt>{heading}</dt> "), address
        assert told[1].startswith(
            f' <dd> {kind} </dd> <dd> {carrier}: <span lang="de">Burgenlandkreis</span> </dd>'
        ), address


def test_a_contact_says_it_too_and_follows_its_agency(portal: Client, agency: Agency) -> None:
    address = "/de/geld/"
    assert "<dd> Amt des Landkreises </dd>" in html_of(portal, address)
    agency.carrier = "Landkreis Neu"
    agency.save_revision().publish()
    assert '<span lang="de">Landkreis Neu</span>' in html_of(portal, address)
    Agency.objects.get(pk=agency.pk).unpublish()
    assert "Amt des Landkreises" not in html_of(portal, address)
    assert "Migrationsagentur Burgenlandkreis" in html_of(portal, address), "the contact stays"


def test_open_data_tells_the_agency_and_forgets_one_taken_off(
    portal: Client, agency: Agency
) -> None:
    offer = CounsellingOffer.objects.get(agency=agency, locale__language_code="de")
    contact = ContactPoint.objects.get(agency=agency, locale__language_code="de")
    told = item(portal, "offers", offer.pk, "ro")["agency"]
    assert told == item(portal, "contacts", contact.pk, "ro")["agency"]
    assert told == item(portal, "agencies", agency.pk, "ro")
    assert (told["kind"], told["kind_name"]) == ("district", "Instituție a districtului")
    rows = csv.DictReader(io.StringIO(portal.get("/api/v2/offers.csv").content.decode()))
    (row,) = [row for row in rows if row["id"] == str(offer.pk)]
    assert (row["agency_name"], row["agency_kind"]) == (agency.name, "district")
    agency.unpublish()
    assert item(portal, "offers", offer.pk)["agency"] is None
    assert agency.pk not in [each["id"] for each in portal.get("/api/v2/agencies/").json()["items"]]
    changes = portal.get("/api/v2/changes/").json()["items"]
    assert (changes[0]["kind"], changes[0]["action"]) == ("agency", "withdrawn")


def test_offers_are_found_by_their_agency(portal: Client, agency: Agency) -> None:
    offer = CounsellingOffer.objects.get(agency=agency, locale__language_code="de")
    agency.carrier = "Zweckverband"
    agency.save_revision().publish()
    assert ("de", offer.title) in found(portal, "de", "Zweckverband")
    Agency.objects.get(pk=agency.pk).unpublish()
    assert found(portal, "de", "Zweckverband") == []


def test_a_changed_agency_is_read_at_once_on_every_worker(kept: Store) -> None:
    workers = [Worker(kept), Worker(kept)]
    for each in workers:
        assert "Burgenlandkreis" in each.get("/de/beratung/").text
    with committed():
        agency = Agency.objects.get(name="Migrationsagentur Burgenlandkreis")
        agency.carrier = "Landkreis Neu"
        agency.save_revision().publish()
    assert all("Landkreis Neu" in each.get("/de/beratung/").text for each in workers)


def test_an_editor_enters_one_and_cannot_delete_what_is_named(editor: Client) -> None:
    added = editor.post(
        "/admin/snippets/pages/agency/add/",
        {"name": "Amt für Vorführung", "kind": "city", "carrier": "", "action-publish": "1"},
    )
    assert added.status_code == 302, added.context["form"].errors
    agency = Agency.objects.get(name="Amt für Vorführung")
    assert agency.live
    listed = html_of(editor, "/admin/snippets/pages/agency/")
    assert "Amt für Vorführung" in listed
    assert "Amt der Stadt" in listed
    offer = CounsellingOffer.objects.filter(locale__language_code="de").first()
    assert "Was für eine Stelle dahintersteht." in html_of(
        editor, f"/admin/snippets/pages/counsellingoffer/edit/{offer.pk}/"
    )
    offer.agency = agency
    offer.save()
    with pytest.raises(ProtectedError):
        agency.delete()


def test_an_upgrade_links_what_was_entered_before_there_were_agencies(
    portal: Client, agency: Agency
) -> None:
    """An installation as it was before agencies: its offers name a provider and nothing else."""
    offers = CounsellingOffer.objects.filter(locale__language_code="de")
    PortalSeed.objects.filter(key__startswith="agency-of:").delete()
    for piece in [*offers, *ContactPoint.objects.all()]:
        piece.agency = None
        piece.save_revision().publish()
    energy, own, twin, drafted = offers.order_by("pk")[:4]
    edition = offers.get(pk=energy.pk).edition
    own.provider, twin.provider = "verein  am Markt", "Doppelt"
    for offer in (own, twin):
        offer.save_revision().publish()
    drafted.description = "Neuer Entwurf."
    drafted.save_revision()
    Agency.objects.create(name="Verein am Markt", kind="association")
    for _time in range(2):
        Agency.objects.create(name="Doppelt", kind="association")

    call_command("link_agencies", verbosity=0)
    linked = {offer.pk: str(offer.agency or "") for offer in offers.all()}
    assert linked[own.pk] == "Verein am Markt", "by the provider's name, however it is typed"
    assert linked[twin.pk] == "", "two have that name: a person has to say which"
    assert [pk for pk, name in linked.items() if not name] == [twin.pk]
    assert "Amt des Landkreises" in html_of(portal, "/de/beratung/")
    assert "Verein am Markt" in html_of(portal, "/de/beratung/")
    assert ContactPoint.objects.filter(agency=agency).exists()
    energy.refresh_from_db()
    energy.full_clean()
    assert (energy.agency is None, energy.edition) == (False, edition), "no translation is outdated"
    drafted.refresh_from_db()
    drafted.get_latest_revision().publish()
    assert str(offers.get(pk=drafted.pk).agency) == linked[drafted.pk], "a draft does not undo it"

    own.refresh_from_db()
    own.agency = None
    own.save_revision().publish()
    call_command("link_agencies", verbosity=0)
    assert offers.get(pk=own.pk).agency is None, "an editor's word is final"
