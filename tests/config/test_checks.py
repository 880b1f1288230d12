"""What is wrong with an installation is named at start: one check per fault, each with a hint."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection

from config import checks
from config.database import in_file, opened
from config.environment import Reader


def found() -> dict[str, str]:
    """Check id → hint, of this project's own checks."""
    return {
        fault.id: fault.hint
        for fault in run_checks(tags=[checks.INSTALLATION])
        if fault.id.startswith("config.")
    }


@pytest.fixture
def correct(settings, tmp_path: Path) -> None:
    """A production installation without a fault."""
    settings.READER = Reader({"SECRET_KEY": "kX3-pQ9_zL7vB2nM5cD8fG1hJ4sA6wE0rT-yU3iO9pXcVbN2mQ7"})
    settings.ENV_FILE = tmp_path / ".env"
    settings.DATA_DIR = tmp_path
    settings.DATABASES = {"default": opened(in_file(tmp_path / "db.sqlite3"))}
    settings.ALLOWED_HOSTS = ["portal.example.org"]
    settings.BASE_URL = "https://portal.example.org"
    settings.HTTPS = True
    settings.DEBUG = False


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")  # read by the checks only
@pytest.mark.usefixtures("correct")
class TestACorrectInstallation:
    def test_has_no_fault(self) -> None:
        assert found() == {}

    @pytest.mark.parametrize(
        ("key", "fault"),
        [
            ("", "config.E003"),
            ("django-insecure-" + "kX3-pQ9_zL7vB2nM5cD8fG1hJ4sA6wE0rT-yU3iO9p", "config.E004"),
            ("changeme" * 10, "config.E004"),
            ("kX3-pQ9_zL7v", "config.E005"),
            ("ab" * 40, "config.E005"),
        ],
    )
    def test_needs_a_secret_key_nobody_knows(self, settings, key: str, fault: str) -> None:
        settings.READER = Reader({"SECRET_KEY": key})
        assert list(found()) == [fault]
        assert "token_urlsafe" in found()[fault]

    @pytest.mark.parametrize(
        ("name", "value", "fault"),
        [
            ("ALLOWED_HOSTS", [], "config.E007"),
            ("ALLOWED_HOSTS", ["*"], "config.E008"),
            ("DEBUG", True, "config.E009"),
            ("HTTPS", False, "config.E010"),
            ("BASE_URL", "portal.example.org", "config.E011"),
            ("BASE_URL", "ftp://portal.example.org", "config.E011"),
            ("BASE_URL", "http://portal.example.org", "config.E012"),
            ("DATA_DIR", Path("/nowhere/at/all"), "config.E013"),
        ],
    )
    def test_is_told_of_each_wrong_value(self, settings, name: str, value, fault: str) -> None:
        setattr(settings, name, value)
        assert list(found()) == [fault]
        assert found()[fault], "every fault comes with what to do"

    def test_may_be_local_without_tls_and_with_debug(self, settings) -> None:
        settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "portal.localhost"]
        settings.HTTPS, settings.DEBUG = False, True
        assert found() == {}

    def test_is_told_every_unreadable_variable_at_once(self, settings) -> None:
        reader = Reader(dict(settings.READER.environment) | {"HTTPS": "yess", "PORT": "x"})
        reader.switch("HTTPS", default=True)
        reader.number("PORT", 8000, lowest=1, highest=65535)
        settings.READER = reader
        messages = [f.msg for f in run_checks(tags=[checks.INSTALLATION]) if f.id == "config.E001"]
        assert messages == [
            "HTTPS is not a switch: on or off.",
            "PORT is not a whole number from 1 to 65535.",
        ]

    def test_is_warned_of_a_misspelt_name_and_an_open_env_file(self, settings) -> None:
        settings.ENV_FILE.write_text("ALOWED_HOSTS=x\n")
        settings.ENV_FILE.chmod(0o644)
        assert set(found()) == {"config.W002", "config.W006"}
        settings.ENV_FILE.write_text("")
        settings.ENV_FILE.chmod(0o600)
        assert found() == {}

    def test_needs_a_folder_it_can_write(self, settings, tmp_path: Path, monkeypatch) -> None:
        locked = tmp_path / "locked"
        locked.mkdir(mode=0o500)
        settings.DATA_DIR = locked
        if os.geteuid() == 0:  # root may write anywhere: ask as the kernel asks for others
            monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != locked)
        assert list(found()) == ["config.E014"]

    def test_needs_a_folder_for_copies_it_can_write(self, settings, tmp_path: Path) -> None:
        settings.RENDERED_DIR = tmp_path / "new" / "folder"
        assert found() == {}
        (tmp_path / "new").write_text("a file")
        assert list(found()) == ["config.E021"]

    def test_keeps_the_embedded_database_off_network_disks(self, monkeypatch) -> None:
        monkeypatch.setattr(checks, "filesystem_of", lambda *_: "nfs4")
        assert list(found()) == ["config.E015"]

    def test_keeps_immediate_transactions(self, settings, tmp_path: Path) -> None:
        address = f"sqlite:///{tmp_path}/db.sqlite3?transaction_mode=DEFERRED"
        settings.DATABASES = {"default": opened(Reader({"D": address}).database("D", {}))}
        assert list(found()) == ["config.E016"]

    @pytest.mark.parametrize(
        ("address", "faults"),
        [
            ("postgres://portal:x@db.example.org/portal", ["config.W017"]),
            ("postgres://portal:x@db.example.org/portal?sslmode=prefer", ["config.W017"]),
            ("postgres://portal:x@db.example.org/portal?sslmode=verify-full", []),
            ("postgres://portal:x@127.0.0.1/portal", []),
            ("postgres:///portal?host=/run/postgresql", []),
        ],
    )
    def test_is_warned_of_an_unencrypted_way_to_the_database(
        self, settings, address: str, faults: list[str]
    ) -> None:
        settings.DATABASES = {"default": opened(Reader({"D": address}).database("D", {}))}
        assert list(found()) == faults


def test_the_longest_mount_point_tells_the_file_system(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"/dev/sda / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n"
        f"/dev/sdb {tmp_path}/with\\040space xfs rw 0 0\n"
    )
    (tmp_path / "with space").mkdir()
    assert checks.filesystem_of(Path("/usr"), mounts) == "ext4"
    assert checks.filesystem_of(tmp_path, mounts) == "nfs4"
    assert checks.filesystem_of(tmp_path / "with space", mounts) == "xfs"
    assert checks.filesystem_of(tmp_path, tmp_path / "absent") == ""


@pytest.mark.storage
class TestTheOpenDatabase:
    def ids(self) -> list[str]:
        return [
            fault.id
            for fault in run_checks(tags=["database"], databases=["default"])
            if fault.id.startswith("config.")
        ]

    @pytest.mark.django_db
    def test_is_in_order(self) -> None:
        assert self.ids() == []

    @pytest.mark.django_db(transaction=True)
    def test_is_refused_without_the_pragmas(self) -> None:
        if connection.vendor != "sqlite":
            pytest.skip("pragmas are SQLite's")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
        try:
            assert self.ids() == ["config.E019"]
        finally:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=FULL")


@pytest.mark.storage
def test_the_superuser_of_the_server_is_no_account_for_the_site(manage, installation) -> None:
    if "SUPERUSER_URL" not in os.environ:
        pytest.skip("needs a PostgreSQL (make/with_postgresql.sh)")
    installation["DATABASE_URL"] = os.environ["SUPERUSER_URL"]
    assert "config.W020" in manage("check", "--database", "default").stderr
    installation["DATABASE_URL"] = os.environ["DATABASE_URL"]
    assert "config." not in manage("check", "--database", "default").stderr


class TestTheOperator:
    def test_reads_every_fault_instead_of_a_traceback(self, manage, installation) -> None:
        installation |= {"SECRET_KEY": "", "ALLOWED_HOSTS": "", "HTTPS": "perhaps", "PORT": "x"}
        done = manage("check")
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        for fault in ("config.E001", "config.E003", "config.E007", "HTTPS", "PORT", "HINT"):
            assert fault in done.stderr
        assert "perhaps" not in done.stderr

    def test_is_told_of_a_server_that_does_not_answer(self, manage, installation) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
            installation["DATABASE_URL"] = f"postgres://portal:geheim@127.0.0.1:{port}/portal"
            done = manage("check", "--database", "default")
        assert "config.E018" in done.stderr
        assert "Traceback" not in done.stderr
        assert "geheim" not in done.stderr
