"""The API at its doors: what it tells, how it travels, and that it is enough for another front end."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client
from jsonschema import Draft202012Validator
from wagtail.models import Page, PageViewRestriction

from pages.api import openapi
from pages.models import CounsellingOffer, NewsPage, OfferHour, Place
from pages.rendered.store import store
from tests.pages.api_client import offers_page
from tests.pages.conftest import html_of
from tests.pages.rendering import committed

API = "/api/v2/"
LISTINGS = ("offers", "places", "contacts", "agencies", "terms")


@pytest.fixture(autouse=True)
def own_copies(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    settings.RENDERED_DIR = tmp_path / "rendered"
    store.cache_clear()
    yield
    store.cache_clear()


@pytest.fixture
def described(portal: Client) -> dict[str, Any]:
    return portal.get(f"{API}openapi.json").json()


def problems(document: dict[str, Any], schema: dict[str, Any], answer: Any) -> list[str]:
    """Where an answer differs from its description."""
    whole = schema | {"components": document["components"]}
    found = Draft202012Validator(
        whole, format_checker=Draft202012Validator.FORMAT_CHECKER
    ).iter_errors(answer)
    return [f"{error.json_path}: {error.message[:200]}" for error in found]


def answer_of(document: dict[str, Any], path: str) -> dict[str, Any]:
    content = document["paths"][path]["get"]["responses"]["200"]["content"]
    return content["application/json"]["schema"]


def test_every_schema_is_one(described: dict[str, Any]) -> None:
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    names = set(re.findall(r"#/components/schemas/(\w+)", str(described)))
    assert names <= set(described["components"]["schemas"])


def test_every_published_page_is_told_as_described(
    portal: Client, described: dict[str, Any]
) -> None:
    pages = Page.objects.live().public().filter(depth__gt=1).specific()
    for page in {type(page): page for page in pages}.values():
        told = portal.get(f"{API}pages/{page.pk}/").json()
        assert (
            problems(described, {"$ref": f"#/components/schemas/{type(page).__name__}"}, told) == []
        )
        assert told["title"] == page.title
    listed = portal.get(f"{API}pages/?limit=100&locale=de").json()
    assert problems(described, answer_of(described, "/pages/"), listed) == []
    assert listed["meta"]["total_count"] == pages.filter(locale__language_code="de").count()


def test_every_field_editors_fill_in_is_told() -> None:
    """Whoever adds a page type or a field need not think of the API."""
    for model in openapi.page_types():
        told = openapi.page_schema(model)["properties"]
        entered = {panel.field_name for panel in _panels(model.content_panels)}
        form_only = {"minor_edit", "matches_original", "check_due_on"}
        assert entered - form_only <= set(told), model


def _panels(panels: Any) -> Iterator[Any]:
    for panel in panels:
        if hasattr(panel, "children"):
            yield from _panels(panel.children)
        elif hasattr(panel, "field_name"):
            yield panel


def test_rich_text_leads_to_addresses_not_to_numbers(portal: Client) -> None:
    pages = Page.objects.live().filter(locale__language_code="de", depth__gt=1).specific()
    linking = next(page for page in pages if 'linktype="page"' in str(page.body.raw_data[:]))
    told = str(portal.get(f"{API}pages/{linking.pk}/").json())
    assert "linktype" not in told
    assert 'href="/de/' in told


@pytest.mark.parametrize("name", LISTINGS)
def test_listings_are_told_as_described_in_every_language(
    portal: Client, described: dict[str, Any], settings: LazySettings, name: str
) -> None:
    CounsellingOffer.objects.update(last_confirmed_on="2026-11-22")
    for code, _language in settings.LANGUAGES:
        answer = portal.get(f"{API}{name}/?locale={code}")
        assert answer["Content-Language"] == code
        told = answer.json()
        assert told["items"]
        assert problems(described, answer_of(described, f"/{name}/"), told) == []


@pytest.mark.parametrize("name", LISTINGS)
def test_the_table_holds_the_same_rows(portal: Client, name: str) -> None:
    items = portal.get(f"{API}{name}/").json()["items"]
    answer = portal.get(f"{API}{name}.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["id"] for row in rows] == [str(item["id"]) for item in items]
    title = "title" if name == "offers" else "name"
    assert [row[title] for row in rows] == [item[title] for item in items]
    if name in ("offers", "contacts"):
        assert [row["hours_in_words"] for row in rows] == [
            " | ".join(item["hours_in_words"]) for item in items
        ]


def test_hours_are_told_once_and_right_in_every_language(
    portal: Client, energy: CounsellingOffer
) -> None:
    energy.hours.all().delete()
    OfferHour.objects.create(offer=energy, weekday=1, starts="10:00", ends="12:30", nth=2)
    for locale, words in (("de", "Dienstag"), ("ro", "marți")):
        items = portal.get(f"{API}offers/?locale={locale}").json()["items"]
        (offer,) = [item for item in items if item["id"] == energy.pk]
        assert offer["hours"] == [{"weekday": 1, "starts": "10:00", "ends": "12:30", "nth": 2}]
        assert words in offer["hours_in_words"][0]


@pytest.mark.parametrize("locale", ["de", "ro"])
def test_another_front_end_rebuilds_the_page_of_offers(portal: Client, locale: str) -> None:
    """From the API alone: every card of the portal's page, in order, word for word."""
    built = offers_page(lambda address: portal.get(address).json(), locale)
    html = html_of(portal, re.sub(r"^https?://[^/]+", "", built["address"]))
    text = lambda part: re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", part)))  # noqa: E731
    assert built["title"] in text(html)
    assert built["summary"] in text(html)
    assert built["current"]
    shown = [
        text(part)
        for part in re.findall(r"<article class=\"kern-card__container.*?</article>", html)
    ]
    cards = built["current"] + built["ended"]
    assert len(shown) == len(cards)
    for there, lines in zip(shown, cards, strict=True):
        rest = there
        for line in lines:
            line = re.sub(r"\s+", " ", line)
            assert line in rest, (line, there)
            rest = rest.replace(line, " ", 1)


class TestTravel:
    @pytest.mark.parametrize(
        "path", ["pages/", "offers/", "offers.csv", "places/", "changes/", "changes.atom"]
    )
    def test_it_is_told_again_only_after_a_change(self, portal: Client, path: str) -> None:
        first = portal.get(API + path)
        assert first.status_code == 200
        assert first["Cache-Control"] == "public, no-cache"
        again = portal.get(API + path, headers={"If-None-Match": f"W/{first['ETag']}"})
        assert (again.status_code, again.content) == (304, b"")
        with committed():
            Place.objects.first().save()
        later = portal.get(API + path, headers={"If-None-Match": first["ETag"]})
        assert later.status_code == 200
        assert later["ETag"] != first["ETag"]

    def test_unchanged_needs_no_database(self, portal: Client, django_assert_num_queries) -> None:
        tag = portal.get(f"{API}offers/")["ETag"]
        with django_assert_num_queries(0):
            assert portal.get(f"{API}offers/", headers={"If-None-Match": tag}).status_code == 304

    def test_other_sites_may_read_and_nobody_gets_a_cookie(self, portal: Client) -> None:
        for path in ("pages/", "offers/", "openapi.json"):
            answer = portal.get(API + path)
            assert answer["Access-Control-Allow-Origin"] == "*"
            assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
            assert not answer.cookies
            assert "Cookie" not in answer.get("Vary", "")

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    def test_nothing_can_be_written(self, portal: Client, method: str) -> None:
        page = Page.objects.live().last()
        for path in ("pages/", f"pages/{page.pk}/", "offers/", "changes/"):
            assert getattr(portal, method)(API + path).status_code in (403, 405)

    @pytest.mark.parametrize(
        "path",
        [
            "pages/?type=auth.User",
            "pages/?fields=owner",
            "pages/?owner=1",
            "pages/?limit=100000",
            "offers/?locale=xx",
            "offers/?locale=../de",
            "offers/?q=1",
            "changes/?since=gestern",
            "changes/?since=2026-13-45T99:00:00Z",
        ],
    )
    def test_what_is_not_understood_is_said(self, portal: Client, path: str) -> None:
        answer: HttpResponse = portal.get(API + path)
        assert answer.status_code == 400
        assert answer.json()["message"]


class TestWhatIsNotPublished:
    def test_drafts_and_pages_behind_a_password_are_not_there(
        self, portal: Client, vacancies: NewsPage
    ) -> None:
        address = f"{API}pages/{vacancies.pk}/"
        assert portal.get(address).status_code == 200
        restriction = PageViewRestriction.objects.create(
            page=vacancies, restriction_type=PageViewRestriction.LOGIN
        )
        assert portal.get(address).status_code == 404
        restriction.delete()
        vacancies.unpublish()
        assert portal.get(address).status_code == 404
        assert portal.get(address).json() == {"message": "No Page matches the given query."}

    def test_an_offer_or_place_off_the_portal_is_not_told(
        self, portal: Client, energy: CounsellingOffer
    ) -> None:
        place = energy.place
        place.unpublish()
        told = portal.get(f"{API}offers/").json()["items"]
        (offer,) = [item for item in told if item["id"] == energy.pk]
        assert offer["place"] is None
        assert place.pk not in [item["id"] for item in portal.get(f"{API}places/").json()["items"]]
        energy.unpublish()
        assert energy.pk not in [item["id"] for item in portal.get(f"{API}offers/").json()["items"]]


class TestChanges:
    def told(self, portal: Client, since: str = "") -> list[dict[str, Any]]:
        return portal.get(f"{API}changes/", {"since": since} if since else {}).json()["items"]

    def test_what_an_editor_does_is_told_as_described(
        self,
        portal: Client,
        described: dict[str, Any],
        vacancies: NewsPage,
        energy: CounsellingOffer,
    ) -> None:
        before = self.told(portal)
        assert before, "the delivered pages were published"
        assert (
            problems(
                described,
                answer_of(described, "/changes/"),
                {"meta": {"total_count": 1}, "items": before},
            )
            == []
        )
        since = before[0]["at"]
        vacancies.title = "Neu"
        vacancies.save_revision().publish()
        energy.save_revision().publish()
        told = self.told(portal, since)
        assert [(each["action"], each["kind"], each["id"]) for each in told] == [
            ("published", "offer", energy.pk),
            ("published", "page", vacancies.pk),
        ]
        assert told[1]["title"] == "Neu"
        atom = portal.get(f"{API}changes.atom").content.decode()
        assert "<title>Neu</title>" in atom
        vacancies.unpublish()
        assert self.told(portal, told[0]["at"]) == [
            {
                "at": self.told(portal)[0]["at"],
                "action": "withdrawn",
                "kind": "page",
                "id": vacancies.pk,
            }
        ]
        assert "<title>Neu</title>" not in portal.get(f"{API}changes.atom").content.decode()

    def test_drafts_are_no_change(self, portal: Client, vacancies: NewsPage) -> None:
        since = self.told(portal)[0]["at"]
        vacancies.title = "Geheim"
        vacancies.save_revision(log_action=True)
        assert self.told(portal, since) == []
