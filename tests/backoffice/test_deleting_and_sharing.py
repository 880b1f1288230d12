"""Deleting keeps the history; sharing opens one record, for a reason and until a day."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from access.models import OrganisationalUnit, Share
from buildings.models import Building
from history.actor import System, acting_as
from inspections.models import Inspection
from people.models import Person
from tests.access_matrix import body_of
from tests.backoffice.desk import page, signed_in
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def cast() -> Cast:
    return Cast().make_records()


def inspection_nobody_refers_to(cast: Cast, unit: OrganisationalUnit) -> Inspection:
    inspection = Inspection(
        unit=unit,
        building=cast.records[Building, "own"],
        inspected_on=datetime.date(2026, 2, 1),
        reason="noise",
    )
    with acting_as(System("Test")):
        inspection.save()
    return inspection


def test_deleting_needs_a_reason_and_keeps_the_history(cast):
    inspection = inspection_nobody_refers_to(cast, cast.house_a)
    client = signed_in(cast, "inspection")
    assert client.post(page(inspection, "delete"), {}).status_code == 422
    answer = client.post(
        page(inspection, "delete"), {"change_reason": "doppelt erfasst"}, follow=True
    )
    assert "gelöscht" in body_of(answer)
    row = Inspection.history.filter(id=inspection.pk).latest("version")
    assert (row.history_type, row.history_change_reason) == ("-", "doppelt erfasst")


def test_what_others_refer_to_is_not_deleted_and_the_kind_is_named(cast):
    building = cast.records[Building, "own"]
    answer = signed_in(cast, "inspection").post(page(building, "delete"), {"change_reason": "weg"})
    assert answer.status_code == 409
    assert "Es gibt noch" in body_of(answer)
    assert "Wohnungen" in body_of(answer)
    assert Building.objects.filter(pk=building.pk).exists()


def test_what_was_deleted_can_still_be_looked_up(cast):
    inspection = inspection_nobody_refers_to(cast, cast.house_a)
    client = signed_in(cast, "inspection")
    client.post(page(inspection, "delete"), {"change_reason": "doppelt erfasst"})
    gone = body_of(client.get("/admin/inspections/inspection/deleted/"))
    assert str(inspection) in gone
    assert "doppelt erfasst" in gone
    verlauf = body_of(client.get(page(inspection, "history")))
    assert "Dieser Datensatz wurde gelöscht" in verlauf
    assert "doppelt erfasst" in verlauf
    assert client.get(page(inspection)).status_code == 404
    guest = signed_in(cast, "clearing")
    assert guest.get(page(inspection, "history")).status_code == 404


def test_a_foreign_deletion_is_as_absent_as_the_record_was(cast):
    inspection = inspection_nobody_refers_to(cast, cast.house_b)
    with acting_as(System("Test"), because="doppelt"):
        inspection_pk = inspection.pk
        inspection.delete()
    client = signed_in(cast, "inspection")
    assert client.get(f"/admin/inspections/inspection/{inspection_pk}/history/").status_code == 404
    assert "doppelt" not in body_of(client.get("/admin/inspections/inspection/deleted/"))


def test_a_share_opens_one_record_until_it_is_ended(cast):
    Share.objects.all().delete()
    person = cast.records[Person, "own"]
    from access.models import Membership

    Membership.objects.filter(user=cast.people["outreach"]).update(unit=cast.house_b)
    neighbour = signed_in(cast, "outreach")
    foreign, absent = neighbour.get(page(person)), neighbour.get("/admin/people/person/987654/")
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert "bitten Sie die zuständige Stelle um eine Freigabe" in foreign.content.decode()
    clerk = signed_in(cast, "clearing")
    until = (timezone.localdate() + datetime.timedelta(days=14)).strftime("%d.%m.%Y")
    answer = clerk.post(
        page(person, "share"),
        {"unit": cast.house_b.pk, "until": until, "reason": "gemeinsamer Hausbesuch"},
    )
    assert answer.status_code == 302
    assert neighbour.get(page(person)).status_code == 200
    assert neighbour.get(page(person, "edit")).status_code == 404
    share = Share.objects.get()
    clerk.post(page(person, "share"), {"end": share.pk})
    assert neighbour.get(page(person)).status_code == 404
    share.refresh_from_db()
    assert share.ended_by == cast.people["clearing"]


@pytest.mark.parametrize(
    ("days", "says"), [(-1, "in der Vergangenheit"), (400, "höchstens ein Jahr")]
)
def test_a_share_has_an_end_within_a_year(cast, days, says):
    person = cast.records[Person, "own"]
    until = (timezone.localdate() + datetime.timedelta(days=days)).strftime("%d.%m.%Y")
    answer = signed_in(cast, "clearing").post(
        page(person, "share"), {"unit": cast.house_b.pk, "until": until, "reason": "x"}
    )
    assert says in body_of(answer)
    assert Share.objects.filter(object_pk=person.pk, collection="people.person").count() == 0
