"""The exchange folder: in, receipt beside, out; twice or after a crash it comes to the same."""

from __future__ import annotations

import fcntl
import io
import json
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from buildings.models import Building, Dwelling
from exchange import folder as folders
from exchange.models import ImportProfile, ImportRun
from exchange.outgoing import Package
from exchange.packages import outgoing as packages
from exchange.packages.manifest import check_receipt
from history.actor import System, acting_as
from tests.cast import Cast
from tests.exchange.conftest import FIXTURES

pytestmark = [pytest.mark.django_db, pytest.mark.storage]

GOOD = (FIXTURES / "gebaeude.csv").read_bytes()
FAULTY = (FIXTURES / "gebaeude_fehlerhaft.csv").read_bytes()


class Folder:
    """An exchange folder and the command that works it off."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, name: str, content: bytes, *, age: int = 60) -> Path:
        file = self.path / "eingang" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        then = time.time() - age
        os.utime(file, (then, then))
        return file

    def run(self, *options: str) -> tuple[int, list[dict[str, Any]]]:
        out = io.StringIO()
        with pytest.raises(SystemExit) as end:
            call_command("exchange_folder", str(self.path), "--json", *options, stdout=out)
        return int(end.value.code or 0), json.loads(out.getvalue())

    @property
    def files(self) -> list[str]:
        """All there is, but for the lock; digests in names stand as #."""
        return sorted(
            str(path.relative_to(self.path))
            for path in self.path.rglob("*")
            if path.is_file() and path.name != ".lock"
        )

    def receipt(self, pattern: str) -> Any:
        (found,) = self.path.glob(f"{pattern}.quittung.json")
        return json.loads(found.read_text("utf-8"))


@pytest.fixture
def folder(cast: Cast, tmp_path: Path) -> Folder:
    (tmp_path / "austausch").mkdir()
    return Folder(tmp_path / "austausch")


def test_a_table_goes_in_and_its_receipt_lies_beside_it(folder: Folder) -> None:
    folder.put("building/gebaeude.csv", GOOD)
    status, said = folder.run()
    assert (status, said[0]["path"]) == (0, "eingang/building/gebaeude.csv")
    assert Building.objects.count() == 48
    assert [name.split("-")[0] for name in folder.files] == ["erledigt/building/gebaeude"] * 2
    receipt = folder.receipt("erledigt/building/gebaeude-*.csv")
    run = ImportRun.objects.get(pk=receipt["import"])
    assert (receipt["state"], receipt["counts"]["new"]) == ("applied", 48)
    assert (run.file_name, receipt["sha256"]) == ("gebaeude.csv", run.sha256)
    assert folder.run() == (0, [])


def test_refused_rows_lie_beside_as_the_partners_own_file(folder: Folder) -> None:
    folder.put("building/faul.csv", FAULTY)
    status, said = folder.run()
    assert (status, said[0]["applied"]) == (1, False)
    assert not Building.objects.exists()
    assert not ImportRun.objects.exists()
    (back,) = folder.path.glob("abgelehnt/building/faul-*-abgelehnt.csv")
    assert b";Ergebnis;Grund" in back.read_bytes()
    assert folder.receipt("abgelehnt/building/faul-*")["refused"]


def test_in_partial_mode_the_good_rows_go_in(folder: Folder) -> None:
    folder.put("building/faul.csv", FAULTY)
    status, said = folder.run("--mode", "partial")
    assert (status, said[0]["applied"]) == (1, True)
    assert Building.objects.count() == said[0]["counts"]["new"] > 0
    assert list(folder.path.glob("erledigt/building/faul-*-abgelehnt.csv"))


def test_a_profile_is_named_by_the_folder_below(folder: Folder, cast: Cast) -> None:
    ImportProfile.objects.create(
        collection="buildings.building",
        name="Musterkreis",
        columns=[["Weg", "street"], ["Nr", "house_number"], ["Zahl", "postcode"], ["O", "city"]],
    )
    folder.put("building/Musterkreis/liste.csv", b"Weg;Nr;Zahl;O\nMusterweg;1;06667;Ort\n")
    folder.put("building/Niemand/liste.csv", b"Weg;Nr;Zahl;O\nMusterweg;2;06667;Ort\n")
    status, said = folder.run()
    assert status == 2
    assert [(line["path"].split("/")[2], line["status"]) for line in said] == [
        ("Musterkreis", 0),
        ("Niemand", 2),
    ]
    assert said[0]["profile"] == "Musterkreis"
    assert "Kein Profil „Niemand“. Es gibt: „Musterkreis“." in said[1]["error"]
    assert Building.objects.get().house_number == "1"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("building/x.csv", b"%PDF-1.7", "PDF"),
        ("gebaeude/x.csv", GOOD, "Eine Sammlung „gebaeude“ gibt es nicht. Es gibt: "),
        ("x.csv", GOOD, "in den Ordner ihrer Sammlung"),
        ("a/b/c/x.csv", GOOD, "in den Ordner ihrer Sammlung"),
        ("paket.zip", b"PK\x03\x04 kaputt", "kein lesbares ZIP-Archiv"),
    ],
)
def test_what_cannot_be_read_is_put_aside_with_the_reason(
    folder: Folder, name: str, content: bytes, message: str
) -> None:
    folder.put(name, content)
    status, said = folder.run()
    assert (status, said[0]["state"]) == (2, "unreadable")
    assert message in said[0]["error"]
    assert not list((folder.path / "eingang").rglob("*.*"))
    (kept,) = [f for f in folder.path.glob("abgelehnt/**/*") if f.suffix in (".csv", ".zip")]
    assert kept.read_bytes() == content


def test_files_still_being_written_are_left_alone(folder: Folder) -> None:
    folder.put("building/jetzt.csv", GOOD, age=5)
    for name in ("a.csv.part", "b.tmp", ".c.csv", "~$d.xlsx"):
        folder.put(f"building/{name}", GOOD)
    assert folder.run() == (0, [])
    assert len(folder.files) == 5
    assert folder.run("--settle", "1")[1][0]["path"] == "eingang/building/jetzt.csv"


def test_the_same_file_again_is_recorded_already_and_not_imported_twice(folder: Folder) -> None:
    folder.put("building/a.csv", GOOD)
    folder.run()
    with acting_as(System("Test")):
        changed = Building.objects.first()
        changed.city = "Später geändert"
        changed.save()
    folder.put("building/b.csv", GOOD)
    status, said = folder.run()
    assert (status, said[0]["import"]) == (0, ImportRun.objects.get().pk)
    changed.refresh_from_db()
    assert changed.city == "Später geändert"


class Crash(BaseException):
    """The machine goes off."""


@pytest.mark.parametrize("step", ["put_in", "_copy", "replace"])
def test_after_a_crash_anywhere_the_next_run_comes_to_the_same(
    folder: Folder, cast: Cast, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    folder.put("building/gebaeude.csv", GOOD)

    def crash(*args: Any, **kwargs: Any) -> None:
        raise Crash

    with monkeypatch.context() as off:
        if step == "put_in":
            off.setattr(folders.unattended, "put_in", crash)
        elif step == "_copy":
            off.setattr(folders, "_copy", crash)
        else:
            off.setattr(folders.os, "replace", crash)
        with pytest.raises(Crash):
            call_command("exchange_folder", str(folder.path))
    assert (folder.path / "eingang/building/gebaeude.csv").exists()
    status, said = folder.run()
    assert (status, said[0]["counts"]["new"], said[0]["applied"]) == (0, 48, True)
    assert Building.objects.count() == 48
    assert Building.history.count() == 48
    assert ImportRun.objects.filter(state="applied").count() == 1
    left = [name for name in folder.files if not name.endswith(".part")]
    assert len(left) == 2


def test_an_import_that_died_halfway_is_gone_on_with(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put("building/gebaeude.csv", GOOD)

    def crash(run: Any) -> None:
        raise Crash

    with monkeypatch.context() as off:
        off.setattr(folders.unattended.applying, "apply", crash)
        with pytest.raises(Crash):
            call_command("exchange_folder", str(folder.path))
    died = ImportRun.objects.get()
    assert died.state == "applying"
    status, said = folder.run()
    assert (status, said[0]["import"]) == (0, died.pk)
    assert Building.objects.count() == 48


def test_two_runs_at_once_are_one_too_many(folder: Folder) -> None:
    folder.put("building/gebaeude.csv", GOOD)
    with (folder.path / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match="arbeitet schon ein anderer Lauf") as refused:
            call_command("exchange_folder", str(folder.path))
    assert refused.value.returncode == 2
    assert not Building.objects.exists()


def test_it_acts_within_the_rights_of_an_account(folder: Folder, cast: Cast) -> None:
    folder.put("building/gebaeude.csv", GOOD)
    status, said = folder.run("--user", "cast-guest")
    assert (status, said[0]["state"]) == (2, "unreadable")
    assert "darf Gebäude nicht importieren" in said[0]["error"]
    folder.put("building/gebaeude.csv", GOOD)
    assert folder.run("--user", "cast-data_office")[0] == 0
    assert Building.history.first().history_user == cast.people["data_office"]
    with pytest.raises(CommandError, match="Kein Konto"):
        call_command("exchange_folder", str(folder.path), "--user", "niemand")


# Packages -----------------------------------------------------------------------------------------


@pytest.fixture
def package(cast: Cast) -> tuple[Package, bytes]:
    """What another installation sent: buildings and their dwellings, none of them here yet."""
    with acting_as(System("Test")):
        for number in range(1, 4):
            home = Building.objects.create(
                street="Musterweg",
                house_number=str(number),
                postcode="06667",
                city="Weißenfels",
                unit=cast.house_a,
            )
            Dwelling.objects.create(building=home, label="EG", unit=cast.house_a)
    sent = packages.begin(
        models=[Dwelling, Building],
        who=cast.people["data_office"],
        recipient="Stadt",
        purpose="Abgleich",
    )
    packages.make(sent)
    sent.refresh_from_db()
    return sent, Path(sent.file.path).read_bytes()


def emptied() -> None:
    for model in (Dwelling, Building):
        model._default_manager.all()._raw_delete("default")


def spoiled(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            data = old.read(entry)
            changed = change(data) if entry == name else data
            if changed:
                new.writestr(entry, changed)
    return out.getvalue()


def test_a_package_goes_in_in_order_and_is_acknowledged_as_the_sender_expects(
    folder: Folder, package: tuple[Package, bytes]
) -> None:
    sent, content = package
    emptied()
    folder.put("paket.zip", content)
    status, said = folder.run()
    assert (status, said[0]["refused"]) == (0, 0)
    assert [line["counts"]["new"] for line in said[0]["tables"]] == [3, 3]
    assert Dwelling.objects.count() == 3
    (out,) = folder.path.glob("ausgang/*.json")
    checked = check_receipt(
        json.loads(out.read_text()),
        number=sent.serial,
        manifest_sha256=sent.manifest_sha256,
        tables=sent.tables,
    )
    assert (checked.taken, checked.refused) == (6, 0)
    packages.acknowledge(sent, out.read_bytes())
    first = out.read_bytes()
    folder.put("paket.zip", content)
    assert folder.run()[0] == 0
    assert ImportRun.objects.count() == 2, "not imported twice"
    assert json.loads(out.read_bytes())["tables"] == json.loads(first)["tables"]


def test_rows_of_a_package_that_are_refused_are_acknowledged_as_such(
    folder: Folder, package: tuple[Package, bytes]
) -> None:
    content = package[1]
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("manifest.json"))
    manifest["tables"] = manifest["tables"][1:]  # the dwellings, without their buildings
    alone = spoiled(content, "manifest.json", lambda data: json.dumps(manifest).encode())
    home = Building.objects.get(house_number="3")
    emptied()
    with acting_as(System("Test")):
        for number in ("1", "2"):
            home.pk, home.house_number, home.version = None, number, 0
            home._state.adding = True
            home.save()
    folder.put("paket.zip", alone)
    status, said = folder.run("--mode", "partial")
    assert (status, said[0]["refused"]) == (1, 1)
    (out,) = folder.path.glob("ausgang/*.json")
    (line,) = json.loads(out.read_text())["tables"]
    assert (line["file"], line["taken"], line["refused"]) == ("dwelling.csv", 2, 1)
    assert list(folder.path.glob("erledigt/paket-*-dwelling-abgelehnt.csv"))


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("building.csv", lambda d: d + b"x", "building.csv: Die Prüfsumme stimmt nicht."),
        ("building.csv", lambda d: b"", "building.csv fehlt im Paket."),
        ("manifest.json", lambda d: b"", "manifest.json fehlt im Paket."),
        ("manifest.json", lambda d: b"{}", "nicht die erwartete Datei"),
        (
            "manifest.json",
            lambda d: d.replace(b'"count": 3', b'"count": 4'),
            "Angekündigt sind 4 Datensätze, enthalten sind 3.",
        ),
        (
            "manifest.json",
            lambda d: d.replace(b'"file": "building.csv"', b'"file": "../building.csv"'),
            "ohne brauchbaren Dateinamen",
        ),
        (
            "manifest.json",
            lambda d: d.replace(b"buildings.building", b"buildings.castle"),
            "Die Sammlung „buildings.castle“ gibt es hier nicht.",
        ),
        (
            "manifest.json",
            lambda d: d.replace(b"buildings.dwelling", b"buildings.building"),
            "nennt eine Sammlung zweimal",
        ),
        ("manifest.json", lambda d: d.replace(b'"tables": [', b'"tafeln": ['), "keine Tabellen"),
    ],
)
def test_a_package_that_is_not_as_it_was_sent_is_refused_whole(
    folder: Folder,
    package: tuple[Package, bytes],
    name: str,
    change: Callable[[bytes], bytes],
    message: str,
) -> None:
    emptied()
    folder.put("paket.zip", spoiled(package[1], name, change))
    status, said = folder.run()
    assert (status, said[0]["state"]) == (2, "unreadable")
    assert message in said[0]["error"]
    assert not Building.objects.exists()
    assert not list(folder.path.glob("ausgang/*"))


def test_a_package_with_a_table_one_may_not_import_is_refused_whole(
    folder: Folder, package: tuple[Package, bytes], cast: Cast
) -> None:
    folder.put("paket.zip", package[1])
    status, said = folder.run("--user", "cast-clearing")
    assert (status, "nicht importieren" in said[0]["error"]) == (2, True)
    assert Building.objects.count() == 3
    assert not ImportRun.objects.exists()
