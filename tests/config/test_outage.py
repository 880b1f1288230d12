"""The portal while its database is away: real processes, from the first request on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection, transaction

from pages.models import Place
from pages.rendered.store import store
from tests import migrated
from tests.config.conftest import ROOT, Manage, Server


def test_the_portal_is_answered_without_a_database_and_the_admin_says_why(
    installation: dict[str, str], manage: Manage, free_port: int
) -> None:
    """The database is away before the web server starts and for the whole run."""
    installation["BASE_URL"] = f"http://localhost:{free_port}"
    if migrated.copy().exists():
        shutil.copy(migrated.copy(), Path(installation["DATA_DIR"]) / "db.sqlite3")
    else:
        assert manage("migrate").returncode == 0
    done = manage("shell", "--no-imports", "-c", RENDER_AHEAD)
    pages = done.stdout.splitlines()[-1].split()
    assert {"/de/", "/ro/"} <= set(pages), done.stdout + done.stderr

    away = installation | {
        "DATABASE_URL": "postgres://portal:x@127.0.0.1:9/portal",
        "PORT": str(free_port),
        "WEB_CONCURRENCY": "2",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "site/config/server.py"],
        cwd=ROOT,
        env=away,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    server = Server(f"http://localhost:{free_port}", process)
    try:
        for path in pages * 2:
            status, text = server.get(path)
            assert status == 200, path
            assert "</html>" in text
        for path in ("/admin/", "/konto/anmelden/"):
            status, text = server.get(path)
            assert status == 503
            assert "Die Datenbank ist gerade nicht erreichbar" in text
        assert server.get("/de/meldung/neu/")[0] == 503
        assert server.get("/healthz")[0] == 503
    finally:
        process.kill()
        process.communicate()


RENDER_AHEAD = """
from django.core.management import call_command
from wagtail.models import Page
from pages.rendered import upkeep
from pages.rendered.store import store
call_command("createcachetable", verbosity=0)
call_command("build_portal", languages=["ro"], verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
assert upkeep.render_all(store()) == Page.objects.live().filter(depth__gt=1).count() > 28
print(*[page.get_url_parts()[2] for page in Page.objects.live().filter(depth__gt=1)])
"""


@pytest.mark.storage
@pytest.mark.django_db(transaction=True)
def test_readers_see_nothing_before_the_commit_and_everything_after(
    settings: LazySettings, tmp_path: Path
) -> None:
    """With real transactions: what is read while one is open must not be kept beyond its end."""
    settings.RENDERED_DIR = tmp_path / "rendered"
    store.cache_clear()
    kept = store()
    kept.invalidate()
    before = kept.generation()
    with transaction.atomic():
        place = Place.objects.create(name="Neu", town="Musterstadt")
        assert kept.generation() == before
        assert len(list((kept.folder / "pending").iterdir())) == 1
    assert kept.generation() != before
    assert list((kept.folder / "pending").iterdir()) == []
    before = kept.generation()
    assert not connection.in_atomic_block
    place.save()
    assert kept.generation() != before
    store.cache_clear()
