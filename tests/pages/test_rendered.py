"""Rendered copies: what is answered from them, and what never becomes one."""

from __future__ import annotations

import shutil

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from wagtail.models import PageViewRestriction

from access.models import User
from pages.models import HomePage, NewsPage
from pages.rendered import changes, copies
from pages.rendered.copies import Key
from pages.rendered.store import Store
from tests.pages.rendering import Worker, committed, kept, worker  # noqa: F401 - fixtures

PAGE = "/de/weissenfelser-weg/"


def files(kept: Store, suffix: str = "") -> list[str]:
    return sorted(
        str(file.relative_to(kept.folder))
        for file in kept.folder.rglob(f"*{suffix}")
        if file.is_file()
    )


def test_a_page_is_rendered_once_for_all_workers(worker: Worker, kept: Store) -> None:
    first = worker.get(PAGE)
    assert first.status == 200
    assert "Clearingstelle" in first.text
    other = Worker(kept)
    for reader in (worker, other, worker):
        assert reader.get(PAGE).text == first.text
    assert (worker.asked, other.asked) == (1, 0)


def test_a_copy_says_what_django_says(worker: Worker, client: Client) -> None:
    """Every header of Django's answer is there, so none of the browser's protections is lost."""
    answer = worker.get(PAGE)
    direct = client.get(PAGE, headers={"host": "localhost"})
    assert answer.text == direct.content.decode()
    own = {"content-length", "x-request-id", "vary", "cache-control"}
    for name, value in direct.headers.items():
        if name.lower() not in own:
            assert answer.headers[name.lower()] == value, name
    assert "content-security-policy" in answer.headers
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "set-cookie" not in answer.headers


def test_compressed_plain_and_unchanged(worker: Worker) -> None:
    plain = worker.get(PAGE)
    for accepted, zipped in (
        ("gzip, deflate, br", True),
        ("*", True),
        ("br;q=1, gzip;q=0.2", True),
        ("gzip;q=0", False),
        ("br", False),
    ):
        answer = worker.get(PAGE, accept_encoding=accepted)
        assert ("content-encoding" in answer.headers) is zipped, accepted
        assert int(answer.headers["content-length"]) == len(answer.body)
        assert answer.text == plain.text
        again = worker.get(
            PAGE, accept_encoding=accepted, if_none_match=f'W/{answer.headers["etag"]}, "other"'
        )
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]
        assert "content-length" not in again.headers
    assert worker.get(PAGE, if_none_match='"other"').status == 200
    head = worker.get(PAGE, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(plain.body))


def test_what_a_reader_sends_does_not_reach_the_copy(worker: Worker) -> None:
    clean = Worker(worker.layer.store).get(PAGE)
    worker.layer.store.invalidate()
    loaded = worker.get(
        PAGE,
        cookie="session=x; django_language=ro",
        accept_language="ro",
        x_forwarded_for="192.0.2.1",
        authorization="Basic eDp4",
        referer="https://example.org/",
    )
    assert loaded.text == clean.text


def test_a_home_page_has_one_copy_per_suggested_language(worker: Worker) -> None:
    # However much of the delivered content is translated: this page is.
    HomePage.objects.filter(locale__language_code="ro").update(alias_of=None)
    german = worker.get("/de/")
    assert german.headers["vary"] == "Accept-Encoding, Accept-Language"
    for accepted in ("ro", "ro-RO,de;q=0.5", "xx, ro;q=0.8"):
        assert 'class="portal-suggestion"' in worker.get("/de/", accept_language=accepted).text
    assert 'class="portal-suggestion"' not in german.text
    for accepted in ("", "de-DE,de;q=0.9,ro;q=0.8", "xx", "*", "ro;q=x" * 200):
        assert worker.get("/de/", accept_language=accepted).text == german.text
    for number in range(30):
        worker.get("/de/", accept_language=f"x{number},ro")
        worker.get(PAGE, accept_language=f"x{number},ro")
    assert worker.asked == 3
    assert len(files(worker.layer.store, ".html")) == 3


def test_queries_never_make_copies(worker: Worker) -> None:
    text = worker.get(PAGE).text
    before = files(worker.layer.store)
    for query in ("q=1", "seite=2", "utm_source=x&q=1", "preview=1", "%00"):
        assert worker.get(f"{PAGE}?{query}").status == 200
    assert files(worker.layer.store) == before
    asked = worker.asked
    for query in ("utm_source=x", "fbclid=abc", "gclid=&utm_medium=b"):
        assert worker.get(f"{PAGE}?{query}").text == text
    assert worker.asked == asked


@pytest.mark.parametrize(
    "path",
    [
        "/de/gibt-es-nicht/",
        "/de/meldung/neu/",
        "/de/../../etc/passwd/",
        "/de/%2e%2e/x/",
        "/de/\x00/",
        "/de/weissenfelser-weg",
        "/konto/anmelden/",
        "/healthz",
        "/",
        "/de/" + "x" * 4000 + "/",
    ],
)
def test_what_is_no_page_becomes_no_copy(worker: Worker, path: str) -> None:
    worker.get(path)
    worker.get(path, cookie="session=x")
    assert files(worker.layer.store) == []


def test_only_reading_is_answered_from_copies(worker: Worker) -> None:
    worker.get(PAGE)
    asked = worker.asked
    assert worker.get(PAGE, method="POST").status == 403
    assert worker.asked == asked + 1


def test_foreign_hosts_are_refused_and_fill_nothing(worker: Worker) -> None:
    worker.get(PAGE)
    before = files(worker.layer.store)
    for host in ("evil.example", "localhost.evil.example", "localhost:80@evil.example", "", "../x"):
        assert worker.get(PAGE, host=host).status == 400, host
    assert worker.get(PAGE, host="LOCALHOST:8123").status == 200
    assert files(worker.layer.store) == before


def test_behind_tls_a_copy_is_never_sent_in_the_clear(worker: Worker, settings) -> None:
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 60
    worker.django = WSGIHandler()
    secure = worker.get(PAGE, x_forwarded_proto="https")
    assert (secure.status, secure.headers["strict-transport-security"]) == (200, "max-age=60")
    assert worker.get(PAGE).status == 301
    assert worker.get(PAGE, x_forwarded_proto="http").status == 301


def test_a_page_behind_a_password_becomes_no_copy(worker: Worker, home: HomePage) -> None:
    page = home.get_children().get(slug="weissenfelser-weg")
    assert worker.get(PAGE).status == 200
    with committed():
        PageViewRestriction.objects.create(
            page=page, restriction_type=PageViewRestriction.GROUPS
        ).groups.add(Group.objects.create(name="Eingeweihte"))
    assert worker.get(PAGE).status == 302
    assert worker.layer.store.last(Key("localhost", PAGE)) is None
    member = User.objects.create_user("eingeweiht")
    member.groups.add(Group.objects.get(name="Eingeweihte"))
    client = Client()
    client.force_login(member)
    session = client.cookies["session"].value
    assert worker.get(PAGE, cookie=f"session={session}").status == 200
    assert worker.get(PAGE).status == 302
    assert Worker(worker.layer.store).get(PAGE).status == 302


def test_a_copy_ends_at_midnight_in_local_time(worker: Worker, vacancies: NewsPage) -> None:
    address = "/de/aktuelles/zwei-stellen-2022/"
    with time_machine.travel("2022-05-31 23:59:59 +0200", tick=False):
        assert "Frist bis 31. Mai 2022" in worker.get(address).text
    with time_machine.travel("2022-06-01 00:00:00 +0200", tick=False):
        assert "Bewerbungsfrist abgelaufen" in worker.get(address).text
        assert "Bewerbungsfrist abgelaufen" in Worker(worker.layer.store).get(address).text


def test_a_page_may_name_the_hour_it_changes_at(worker: Worker, monkeypatch) -> None:
    from datetime import UTC, datetime

    monkeypatch.setattr(
        HomePage,
        "get_context",
        lambda self, request, _get=HomePage.get_context: (
            changes.changes_at(request, datetime(2026, 11, 22, 13, tzinfo=UTC)),
            changes.changes_at(request, datetime(2026, 11, 22, 17, tzinfo=UTC)),
            _get(self, request),
        )[2],
    )
    with time_machine.travel("2026-11-22 12:59:59 +0000", tick=False):
        worker.get("/de/")
        worker.get("/de/")
        assert worker.asked == 1
        assert files(worker.layer.store, ".html") == [], "nginx has no clock for it"
    with time_machine.travel("2026-11-22 13:00:00 +0000", tick=False):
        worker.get("/de/")
        Worker(worker.layer.store).get("/de/")
        assert worker.asked == 2


def test_a_file_cut_off_by_a_power_failure_is_no_copy(worker: Worker, kept: Store) -> None:
    text = worker.get(PAGE).text
    for content in (b"", b"{}", b'{"digest": "0"}\nabc', b"\xff\xfe"):
        for file in kept.folder.rglob("*.copy"):
            file.write_bytes(content)
        assert Worker(kept).get(PAGE).text == text


def test_an_emptied_folder_begins_anew(worker: Worker, kept: Store, home: HomePage) -> None:
    for _time in range(2):
        text = worker.get("/de/impressum/").text
        shutil.rmtree(kept.folder)
        HomePage.objects.filter(pk=home.pk).update(footer_note=f"Neu {_time}")  # past the models
        assert worker.get("/de/impressum/").text != text


def test_a_full_disk_costs_copies_and_no_answers(worker: Worker, monkeypatch) -> None:
    monkeypatch.setattr("pages.rendered.store._put", _no_space)
    assert worker.get(PAGE).status == 200
    assert worker.get(PAGE).status == 200
    assert worker.asked == 1


def _no_space(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_memory_is_bounded_and_files_take_over(worker: Worker, monkeypatch) -> None:
    monkeypatch.setattr("pages.rendered.layer.ENOUGH_BYTES", 1)
    for _time in range(3):
        for path in (PAGE, "/de/", "/ro/"):
            assert worker.get(path).status == 200
    assert worker.asked == 3


def test_copies_for_nginx_have_a_time_that_follows_from_their_content(
    worker: Worker, kept: Store
) -> None:
    """Its ETag is time and size: equal sizes within a second must not be equal to it."""

    def time_of() -> float:
        (file,) = (kept.folder / kept.generation()).rglob("weissenfelser-weg/index.html")
        return file.stat().st_mtime

    kept.invalidate()
    worker.get(PAGE)
    first = time_of()
    kept.invalidate()
    worker.get(PAGE)
    assert time_of() == first
    key = Key("localhost", PAGE)
    copy = copies.copy_of([("Content-Type", "text/html")], b"other", 1e12)
    kept.write(kept.generation(), "2026-11-22", key, copy, whole_day=True)
    other = kept.folder / kept.generation() / "2026-11-22/localhost/de/weissenfelser-weg/index.html"
    assert other.stat().st_mtime != first
