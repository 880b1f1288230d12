"""The log says what happened, never to whom: a canary goes in everywhere and comes out nowhere."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import path

import config.urls
from config import logs
from history.actor import System, acting_as

pytestmark = pytest.mark.django_db

CANARY = "Kanarienvogelowski"


def crash(request: HttpRequest) -> HttpResponse:
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        raise ValueError(f"cannot read {CANARY}") from error


def clash(request: HttpRequest) -> HttpResponse:
    """A database error quotes the value that clashed."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{CANARY}"')
    return HttpResponse()


def tell(request: HttpRequest) -> HttpResponse:
    """What a library logs about a value."""
    logging.getLogger("some.library").warning("%s seen %d times", CANARY, 3)
    logging.getLogger("some.library").warning("%(who)s seen", {"who": CANARY})
    with acting_as(System("Test")) as actor:
        return HttpResponse(actor.request_id)


def trickle(request: HttpRequest) -> StreamingHttpResponse:
    def rows() -> Iterator[str]:
        yield "row"
        raise ValueError(CANARY)

    return StreamingHttpResponse(rows())


urlpatterns = [
    *config.urls.urlpatterns,
    path("crash", crash),
    path("clash", clash),
    path("tell", tell),
    path("trickle", trickle),
]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What would be on standard output, under the configuration of production."""
    written = io.StringIO()
    configuration = logs.configuration("INFO")
    configuration["handlers"]["stdout"]["stream"] = written
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logging.config.dictConfig(configuration)
    yield written
    root.handlers[:] = before
    root.setLevel(level)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.fixture
def client_of_failing_pages(settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("page", "ending"),
    [("crash", "builtins.ValueError"), ("clash", "OperationalError"), ("tell", None)],
)
def test_a_name_in_a_query_a_form_a_header_or_an_error_stays_out(
    client_of_failing_pages: Client, log: io.StringIO, page: str, ending: str | None
) -> None:
    client_of_failing_pages.get(
        f"/{page}?q={CANARY}",
        headers={"user-agent": CANARY, "referer": f"https://example.org/{CANARY}"},
    )
    client_of_failing_pages.post(f"/{page}", {"family_name": CANARY})
    client_of_failing_pages.get("/healthz", headers={"host": f"{CANARY}.example.org"})
    assert CANARY not in log.getvalue()
    assert "DisallowedHost" in [line["event"] for line in lines(log)]
    answered = [line for line in lines(log) if "request" in line][:-1]
    assert [line["request"] for line in answered] == [f"GET /{page}", f"POST /{page}"]
    for line in answered:
        types = [error["type"] for error in line.get("exception", [])]
        assert types[0].endswith(ending) if ending else not types, "the page did what it is for"


def test_a_name_in_an_answer_that_breaks_off_stays_out(
    client_of_failing_pages: Client, log: io.StringIO
) -> None:
    answer = client_of_failing_pages.get(f"/trickle?q={CANARY}")
    with pytest.raises(ValueError, match=CANARY):
        list(answer.streaming_content)
    assert CANARY not in log.getvalue()
    assert "streaming_failed" in [line["event"] for line in lines(log)]


def test_an_error_is_logged_with_its_types_and_lines_of_code(
    client_of_failing_pages: Client, log: io.StringIO
) -> None:
    client_of_failing_pages.get("/crash")
    failed = next(line for line in lines(log) if line["event"] == "request_failed")
    assert [error["type"] for error in failed["exception"]] == [
        "builtins.ValueError",
        "builtins.KeyError",
    ]
    assert failed["exception"][0]["at"][-1].endswith(" crash")
    assert failed["level"] == "error"
    assert failed["code"] == 500


def test_the_sentence_and_the_numbers_of_a_library_stay(
    client_of_failing_pages: Client, log: io.StringIO
) -> None:
    client_of_failing_pages.get("/tell")
    said = [line["event"] for line in lines(log) if line["logger"] == "some.library"]
    assert said == ["… seen 3 times", "… seen"]


def test_log_history_and_answer_carry_the_same_request_id(
    client_of_failing_pages: Client, log: io.StringIO
) -> None:
    answer = client_of_failing_pages.get("/tell", headers={"x-request-id": "a-stranger-s-choice"})
    ids = {line["request_id"] for line in lines(log) if "request_id" in line}
    assert ids == {answer["X-Request-ID"]} == {answer.content.decode()}
    assert len(answer["X-Request-ID"]) == 32


def test_a_wrong_password_leaves_no_account_name_behind(client: Client, log: io.StringIO) -> None:
    for address in ("/konto/anmelden/", "/admin/login/"):
        client.post(address, {"login": CANARY, "username": CANARY, "password": CANARY}, follow=True)
    assert CANARY not in log.getvalue()
    assert "127.0.0.1" not in log.getvalue()


def test_our_own_events_keep_their_fields(log: io.StringIO) -> None:
    structlog.get_logger("some.room").info("sealed", rows=3)
    line = lines(log)[-1]
    assert (line["event"], line["rows"], line["level"]) == ("sealed", 3, "info")
    assert line["timestamp"].endswith("Z")
