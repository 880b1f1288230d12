"""Finds the pages of the admin by following its links, each kind of page once.

Kinds are the routes of the URL configuration: a hundred records have one edit page. Addresses
without parameters are visited whether something links to them or not, so choosers are included.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, get_resolver, resolve, reverse
from wagtail.models import Page

from tests.access_matrix import walk

START = "/admin/"
ENDING = ("/logout/",)  # would end the walk


class Elements(HTMLParser):
    """The elements of a page with their attributes, and what stands in its scripts: one pass and
    no tree, for hundreds of pages."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[tuple[dict[str, str], str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.found.append((tag, named))
        if tag == "script":
            self.scripts.append((named, ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            attrs, before = self.scripts.pop()
            self.scripts.append((attrs, before + data))


@dataclass(frozen=True)
class Visited:
    """One answer of the admin. `html` is the page, or what a chooser's JSON carries of it."""

    path: str
    route: str
    html: str
    modal: bool


def crawl(
    client: Client, *more: str, kind: Callable[[str, str], Any] = lambda path, route: route
) -> Iterator[Visited]:
    """Every kind of page that `client`, signed in, gets to see, and the addresses in `more`.

    `kind`: what makes two addresses the same kind of page; their route, unless told otherwise.
    """
    waiting = [*more, START, *_without_parameters()]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        route = _route(path)
        if route is None or path.endswith(ENDING):
            continue
        kind_of_page = path if path in more else kind(path, route)
        if kind_of_page in seen:
            continue
        seen.add(kind_of_page)
        response = client.get(path)
        if response.status_code != 200 or response.streaming:
            continue
        content_type = response["Content-Type"].partition(";")[0]
        if content_type not in ("application/json", "text/html"):
            continue  # a picture, a paper
        text = response.content.decode()
        if content_type == "application/json":
            yield Visited(path, route, _html_in(text), modal=True)
        elif content_type == "text/html":
            yield Visited(path, route, text, modal="<html" not in text)
            waiting += _links(path, text)


def by_view(path: str, route: str) -> Any:
    """One page per view: forty collections share theirs, and differ in what a client can read."""
    return getattr(resolve(urlsplit(path).path).func, "view_class", route)


def page_forms() -> list[str]:
    """One form per type of page: they share a route, but not their widgets."""
    first: dict[int, int] = {}
    for pk, kind in Page.objects.filter(depth__gt=1).values_list("pk", "content_type_id"):
        first.setdefault(kind, pk)
    return [reverse("wagtailadmin_pages:edit", args=[pk]) for pk in first.values()]


def _without_parameters() -> list[str]:
    paths = (path for path, _pattern in walk(get_resolver()))
    return [
        path for path in paths if path.startswith(START) and "<" not in path and "{" not in path
    ]


def _route(path: str) -> str | None:
    try:
        return resolve(urlsplit(path).path).route
    except Resolver404:
        return None


def _links(base: str, html: str) -> list[str]:
    links = (attrs for tag, attrs in Elements(html).found if tag == "a" and "href" in attrs)
    urls = (urldefrag(urljoin(base, attrs["href"])).url for attrs in links)
    return [url for url in urls if url.startswith(START)]


def _html_in(text: str) -> str:
    """All strings of a JSON answer that look like HTML."""
    found: list[str] = []

    def look(value: object) -> None:
        if isinstance(value, str) and "<" in value:
            found.append(value)
        elif isinstance(value, dict):
            for item in value.values():
                look(item)
        elif isinstance(value, list):
            for item in value:
                look(item)

    look(json.loads(text))
    return "\n".join(found)
