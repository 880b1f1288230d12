"""Packages for a partner: tables, manifest, acknowledgement, and who may have them."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from access.models import Grant
from buildings.models import Building, Dwelling
from exchange.export import tasks as export_tasks
from exchange.outgoing import Package
from exchange.packages import outgoing as packages
from exchange.packages.dependencies import referred_first
from exchange.packages.manifest import blank_receipt, check_receipt
from history.actor import System, acting_as
from history.models import AccessEvent
from inspections.models import Inspection
from people.models import Person
from tests.cast import Cast
from tests.exchange.conftest import Desk, Receipt

pytestmark = pytest.mark.django_db

BOTH = ["buildings.dwelling", "buildings.building"]


@pytest.fixture
def records(cast: Cast) -> Cast:
    return cast.make_records()


def order(desk: Desk, collections: list[str], **more: str) -> Any:
    answers = {
        "collections": collections,
        "recipient": "Burgenlandkreis",
        "purpose": "Monatlicher Abgleich",
        **more,
    }
    return desk.client.post("/admin/austausch/pakete/neu/", answers)


def made(desk: Desk, collections: list[str] = BOTH, **more: str) -> Package:
    answer = order(desk, collections, **more)
    assert answer.status_code == 302, answer.content.decode()
    return Package.objects.latest("pk")


def page(desk: Desk, package: Package) -> str:
    answer = desk.client.get(f"/admin/austausch/pakete/{package.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def opened(desk: Desk, package: Package) -> zipfile.ZipFile:
    answer = desk.client.get(f"/admin/austausch/pakete/{package.pk}/datei/")
    assert answer["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def send_receipt(desk: Desk, package: Package, receipt: Any) -> Any:
    content = receipt if isinstance(receipt, bytes) else json.dumps(receipt).encode()
    file = SimpleUploadedFile("quittung.json", content)
    return desk.client.post(f"/admin/austausch/pakete/{package.pk}/", {"receipt": file})


def filled(desk: Desk, package: Package, refused: int = 0) -> dict[str, Any]:
    receipt: dict[str, Any] = json.loads(opened(desk, package).read("quittung.json"))
    for line, table in zip(receipt["tables"], package.tables, strict=True):
        line["refused"] = refused
        line["taken"] = table["count"] - refused
    return receipt


def test_the_manifest_names_every_table_with_its_digest_and_the_tables_import(
    desk: Desk, records: Cast, command: Callable[..., Receipt]
) -> None:
    package = made(desk)
    assert (package.stage, package.count, package.serial) == ("ready", 6, 1)
    archive = opened(desk, package)
    assert archive.namelist() == ["building.csv", "dwelling.csv", "manifest.json", "quittung.json"]
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["format"], manifest["version"], manifest["number"]) == ("sammlungspaket", 1, 1)
    assert manifest["recipient"] == "Burgenlandkreis"
    assert manifest["purpose"] == "Monatlicher Abgleich"
    assert manifest["previous"] is None
    assert timezone.datetime.fromisoformat(manifest["as_of"]).tzinfo is not None
    for table, model in zip(manifest["tables"], (Building, Dwelling), strict=True):
        content = archive.read(table["file"])
        assert table["sha256"] == hashlib.sha256(content).hexdigest()
        assert (table["collection"], table["count"]) == (model._meta.label_lower, 3)
        assert table["columns"][0] == {
            "name": "street" if model is Building else "building.street",
            "label": "Straße",
            "type": "text",
        }
        assert command(model, content).counts == {"unchanged": 3}


def test_the_same_data_give_the_same_tables_and_each_package_names_the_one_before(
    desk: Desk, records: Cast
) -> None:
    first, second = made(desk), made(desk)
    assert [t["sha256"] for t in first.tables] == [t["sha256"] for t in second.tables]
    assert (second.serial, second.previous) == (2, first)
    previous = json.loads(opened(desk, second).read("manifest.json"))["previous"]
    assert previous == {"number": 1, "sha256": first.sha256}
    other = made(desk, recipient="Wohnungsgesellschaft")
    assert (other.serial, other.previous) == (1, None)
    times = {entry.date_time for entry in opened(desk, second).infolist()}
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_it_is_logged_for_each_collection_when_made_and_when_fetched(
    desk: Desk, records: Cast
) -> None:
    package = made(desk)
    opened(desk, package)
    for action in ("export", "download"):
        events = AccessEvent.objects.filter(action=action, user=desk.user)
        assert sorted(events.values_list("collection", flat=True)) == sorted(BOTH)
    event = AccessEvent.objects.filter(action="export").first()
    assert (event.detail["package"], event.detail["rows"]) == (package.pk, 3)
    assert event.detail["recipient"] == "Burgenlandkreis"


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"recipient": ""}, "Bitte nennen Sie die Stelle, die das Paket bekommt."),
        ({"purpose": ""}, "Bitte nennen Sie den Zweck."),
        ({"collections": []}, "Bitte wählen Sie mindestens eine Sammlung."),
        ({"collections": ["people.person"]}, "people.person"),
    ],
)
def test_it_takes_recipient_purpose_and_collections_one_may_export(
    desk: Desk, records: Cast, answers: dict[str, Any], message: str
) -> None:
    answer = order(desk, **{"collections": BOTH, **answers})
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not Package.objects.exists()


def test_the_acknowledgement_is_checked_and_shown(desk: Desk, records: Cast) -> None:
    package = made(desk)
    assert "noch keine" in page(desk, package)
    assert send_receipt(desk, package, filled(desk, package, refused=1)).status_code == 302
    package.refresh_from_db()
    assert (package.taken, package.refused) == (4, 2)
    today = f"{timezone.localdate():%d.%m.%Y}"
    assert f"bestätigt am {today}: 4 übernommen, 2 Zeilen abgelehnt" in page(desk, package)
    listed = desk.client.get("/admin/austausch/pakete/").content.decode()
    assert "2 Zeilen abgelehnt" in listed


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda r: r.update(number=7), "Die Quittung gehört zu einem anderen Paket."),
        (lambda r: r.update(manifest_sha256="0" * 64), "gehört zu einem anderen Paket"),
        (lambda r: r["tables"].pop(), "dwelling.csv: fehlt in der Quittung."),
        (lambda r: r["tables"][0].update(sha256="x"), "building.csv: die Prüfsumme ist eine"),
        (lambda r: r["tables"][0].update(taken=None), "building.csv: übernommene und abgelehnte"),
        (lambda r: r["tables"][0].update(taken=True), "sind nicht eingetragen"),
        (lambda r: r["tables"][0].update(refused=-1), "sind nicht eingetragen"),
        (lambda r: r["tables"][0].update(taken=9), "ergeben zusammen nicht 3."),
        (lambda r: r["tables"].append({"file": "x.csv"}), "x.csv ist nicht Teil des Pakets."),
        (lambda r: r.update(tables="abc"), "building.csv: fehlt in der Quittung."),
        (lambda r: r.update(tables=5), "building.csv: fehlt in der Quittung."),
        (lambda r: r.update(version=2), "Fassung 2 der Datei ist unbekannt"),
        (lambda r: r.update(format="x"), "Das ist nicht die erwartete Datei"),
    ],
)
def test_an_acknowledgement_that_does_not_fit_is_refused_with_the_reason(
    desk: Desk, records: Cast, spoil: Callable[[Any], Any], message: str
) -> None:
    package = made(desk)
    receipt = filled(desk, package)
    spoil(receipt)
    answer = send_receipt(desk, package, receipt)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    package.refresh_from_db()
    assert package.receipt_at is None


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"[" * 100_000, b'{"a": 1}', b"null"])
def test_what_is_no_acknowledgement_is_refused(desk: Desk, records: Cast, content: bytes) -> None:
    package = made(desk)
    assert send_receipt(desk, package, content).status_code == 422


def test_a_blank_acknowledgement_is_not_yet_one() -> None:
    tables = [{"file": "a.csv", "sha256": "1", "count": 2}]
    manifest = {"number": 1, "sender": "s", "recipient": "r", "tables": tables}
    receipt = blank_receipt(manifest, "2")
    with pytest.raises(Exception, match="nicht eingetragen"):
        check_receipt(receipt, number=1, manifest_sha256="2", tables=tables)


def test_after_it_expired_the_acknowledgement_can_still_be_filed(
    desk: Desk, records: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    package = made(desk)
    receipt = filled(desk, package)
    Package.objects.update(expires_at=timezone.now() - timedelta(days=20))
    with django_capture_on_commit_callbacks(execute=True):
        export_tasks.expire_outgoing.call()
    assert "abgelaufen und gelöscht" in page(desk, package)
    assert desk.client.get(f"/admin/austausch/pakete/{package.pk}/datei/").status_code == 302
    assert send_receipt(desk, package, receipt).status_code == 302


def test_who_could_make_it_may_see_it_and_nobody_else(
    desk: Desk, desk_of: Callable[[str], Desk], records: Cast
) -> None:
    package = made(desk)
    addresses = [
        f"/admin/austausch/pakete/{package.pk}/{name}" for name in ("", "fortschritt/", "datei/")
    ]
    for role in records.people:
        other = desk_of(role)
        sees = "export" in Building.collection.rights.get(role, {})
        for address in addresses:
            status = other.client.get(address).status_code
            assert status == (200 if sees else 404), (role, address)
        if not sees:
            again = f"/admin/austausch/pakete/{package.pk}/noch-einmal/"
            assert other.client.post(again).status_code == 404
            listed = other.client.get("/admin/austausch/pakete/")
            assert listed.status_code == 404 or str(package) not in listed.content.decode()


def test_a_package_of_ones_own_units_records_stays_with_whoever_made_it(
    desk_of: Callable[[str], Desk], records: Cast
) -> None:
    clerk = desk_of("clearing")
    package = made(clerk, ["people.person"])
    assert package.count == 1
    text = opened(clerk, package).read("person.csv").decode()
    assert "zzpersonownzz" in text
    assert "zzpersonforeignzz" not in text
    twin = type(clerk.user).objects.create_user("twin", password="correct horse battery")
    twin.groups.set(clerk.user.groups.all())
    client = type(clerk.client)()
    client.force_login(twin)
    assert client.get(f"/admin/austausch/pakete/{package.pk}/").status_code == 404


def test_a_right_taken_away_meanwhile_stops_it(
    desk: Desk, records: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr(packages, "start_making", lambda package: None)
        package = made(desk)
    Grant.objects.filter(verb="export", collection="buildings.dwelling").delete()
    export_tasks.make_package.call(package.pk)
    package.refresh_from_db()
    assert (package.stage, package.sha256, bool(package.file)) == ("failed", "", False)
    with acting_as(System("Test")):
        assert made(desk, ["buildings.building"]).previous is None


def test_tables_go_after_those_they_refer_to() -> None:
    assert referred_first([Inspection, Dwelling, Building]) == [Building, Dwelling, Inspection]
    assert referred_first([Inspection, Person]) == [Inspection, Person]


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_all_tables_are_of_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody adds a dwelling after the buildings were read: it is not in this package."""
    cast = Cast().make_records()
    order = packages.begin(
        models=[Building, Dwelling],
        who=cast.people["data_office"],
        recipient="Kreis",
        purpose="Abgleich",
    )
    add_table = packages._add_table

    def meanwhile() -> None:
        with acting_as(System("Test")):
            home = Building.objects.create(
                street="Neubau", house_number="1", postcode="06667", city="W", unit=cast.house_a
            )
            Dwelling.objects.create(building=home, label="EG", unit=cast.house_a)
        connection.close()

    def slowly(archive: Any, package: Package, model: Any) -> Any:
        if model is Dwelling and connection.vendor == "postgresql":  # SQLite makes writers wait
            other = threading.Thread(target=meanwhile)
            other.start()
            other.join()
        return add_table(archive, package, model)

    monkeypatch.setattr(packages, "_add_table", slowly)
    packages.make(order)
    order.refresh_from_db()
    assert (order.stage, order.message) == ("ready", "")
    assert [table["count"] for table in order.tables] == [3, 3]
    assert Path(order.file.path).is_file()
