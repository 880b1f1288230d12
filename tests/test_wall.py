"""The wall between helping and enforcing: the world looks the same whether the other side is there.

Everything one side can ask for is asked twice: while the other side has no record at all, and when
it has three of every collection, a task, a deadline, a paper, an import and an export. The answers
must be the same to the letter. That holds for lists, searches, counts, filters, choosers, records,
histories, start page and error texts at once, also for those that are written tomorrow: the
addresses are read from the URL configuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pytest
from django.core.files.base import ContentFile
from django.db import connection, models
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from access.policy import policy_of
from agenda.actions import Length, add_task, set_deadline
from agenda.models import Task
from buildings.models import Dwelling, OccupancyEntry
from cases.interviews.actions import draft_plan
from cases.models import IntakeInterview
from catalogue import Scope, collections
from exchange import actions as imports
from exchange.export import runs as exports
from history.actor import System, acting_as
from inspections.models import Inspection
from law.rules import Unit
from papers.actions import named
from papers.files import store
from papers.models import IssuedPaper, PaperTemplate
from people.models import Person
from tests.access_matrix import ABSENT, VERB_OF, Door, body_of, doors, walk
from tests.answers import read
from tests.backoffice.desk import page
from tests.cast import RELATIONS, Cast, marker, room_of

pytestmark = pytest.mark.django_db

HELPING, ENFORCING = ("people", "cases"), ("inspections",)
FORMATS = ("csv", "json", "xlsx", "ods")
#: What may show records of others is asked of every collection between both sides; of one's own
#: side the records alone. All else is one class for all: each room is asked once, first about flats.
EVERYWHERE = ("list", "inspect")
#: Where the two sides meet, whoever looks.
MEETING = (Dwelling, Task)


class Side(NamedTuple):
    """Who looks (`roles`), what they must not notice (`rooms`), and the record planted there."""

    roles: tuple[str, ...]
    rooms: tuple[str, ...]
    owner: type[models.Model]


SIDES = {
    "enforcing": Side(("inspection", "head_of_office"), HELPING, Person),
    "helping": Side(
        ("clearing", "outreach", "school_team", "neighbourhood"), ENFORCING, Inspection
    ),
}


class Planted(NamedTuple):
    """What the other side has besides its records, by number."""

    paper: int
    run: int
    export: int


# What is asked ------------------------------------------------------------------------------------------


def addresses(cast: Cast, side: Side) -> Iterator[tuple[str, str]]:
    """(role, address) of all that names no record of the other side, with the records of this one.

    Each role is asked for its start page and for what no role before it could show: a collection
    that it may view, or views more widely, or knowing more of the other side than they.
    """
    first, *others = side.roles
    yield from ((first, path) for path in ("/admin/", *_of_no_collection()))
    yield from ((first, path) for path in _of_collections(cast, side, first, []))
    for place, role in enumerate(others, start=1):
        yield role, "/admin/"
        yield from ((role, path) for path in _of_collections(cast, side, role, side.roles[:place]))


def _of_collections(cast: Cast, side: Side, role: str, before: Sequence[str]) -> Iterator[str]:
    asked: set[tuple[str, str]] = set()
    for door in sorted(doors(), key=lambda door: (door.model is not Dwelling, str(door))):
        room = room_of(door.model)
        if room in side.rooms or not policy_of(door.model).may(cast.people[role], "view"):
            continue
        between = room not in (*HELPING, *ENFORCING)
        own_name = door.name not in VERB_OF and not door.name.startswith("step_")
        always = own_name or door.name in (EVERYWHERE if between else EVERYWHERE[1:])
        if (room, door.name) in asked and not always:
            continue
        if before and not _new(door, own_name, role, before, side):
            continue
        asked.add((room, door.name))
        path = door.path.format(pk=cast.records[door.model, "own"].pk)
        yield path
        if not before and door.model is Dwelling and door.name in ("list", "choose"):
            yield f"{path}?q=zz"
            yield f"{path}?building={cast.records[Dwelling, 'own'].building_id}"


def _new(door: Door, own_name: bool, role: str, before: Sequence[str], side: Side) -> bool:
    """Whether the role could be shown what no role before was asked for."""
    rights = door.model.collection.rights  # type: ignore[attr-defined]
    if room_of(door.model) in (*HELPING, *ENFORCING):
        seen = any("view" in rights.get(other, {}) for other in before)
        return not seen and (own_name or door.name in EVERYWHERE)
    shown = any(
        _views(door.model, role) <= _views(door.model, other)
        and _knows(role, side) <= _knows(other, side)
        for other in before
    )
    return door.name in EVERYWHERE and (door.model in MEETING or not shown)


def _views(model: type[models.Model], role: str) -> set[str]:
    """Within all records lie those of one's unit."""
    scope = model.collection.rights.get(role, {}).get("view")  # type: ignore[attr-defined]
    return {str(scope), *([str(Scope.UNIT)] if scope == Scope.ALL else [])}


def _knows(role: str, side: Side) -> set[tuple[str, str, str]]:
    """What a role may on the other side: to count, or to see what it has handed over itself."""
    return {
        (model._meta.label, verb, str(scope))
        for model in collections()
        if room_of(model) in side.rooms
        for verb, scope in model.collection.rights.get(role, {}).items()  # type: ignore[attr-defined]
    }


def _of_no_collection() -> Iterator[str]:
    """Pages of ours that take no argument. Wagtail's own: the walk of all roles reads them."""
    collection_paths = {door.path for door in doors()}
    for path, pattern in walk(get_resolver()):
        ours = not str(getattr(pattern.callback, "__module__", "")).startswith("wagtail")
        simple = path.startswith("/admin/") and not re.search(r"[<{(]|logout", path)
        if ours and simple and path not in collection_paths:
            yield path
    yield "/admin/snippets/"
    yield "/admin/search/?q=zz"


# What is answered -----------------------------------------------------------------------------------------

#: What the head of office is told on purpose: how much work there is, on the start page alone.
_NUMBERS = re.compile(r'<section class="desk numbers".*?</section>', re.DOTALL)
_CHANGING = re.compile(
    r'nonce="[^"]*"|nonce-[\w+/=-]+'
    r"|[A-Za-z0-9]{64}"  # tokens against forged requests
    r"|vor \d+ \w+|\d+ (Sekunden|Minuten)"
    r"|\d\d:\d\d(:\d\d)?"
)


class Answer(NamedTuple):
    status: int
    body: str
    queries: int


def ask(client: Client, path: str, number: int | None = None, method: str = "get") -> Answer:
    """The answer without what changes from one request to the next, and without the number."""
    asked: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        response = getattr(client, method)(path)
        body = read(response)
    body = _CHANGING.sub("…", _NUMBERS.sub("", body) if path == "/admin/" else body)
    if number is not None:
        body = body.replace(path, "…")
    return Answer(response.status_code, body, len(asked))


# What the other side has -----------------------------------------------------------------------------------


def plant(cast: Cast, side: Side) -> Planted:
    cast.fill(*side.rooms)
    owner = cast.records[side.owner, "foreign"]
    word = marker(side.owner, "foreign")
    with acting_as(System("Test"), because="zzgrundderanderenzz"):
        # For the unit in which everybody of the cast works: people of both sides may share one.
        add_task(title=f"{word} zzaufgabezz", owner=owner, unit=cast.house_a)
        set_deadline(
            owner=owner,
            kind="zzfristzz",
            title=f"{word} zzfristzz",
            event_on=timezone.localdate(),
            length=Length(3, Unit.DAYS, "Test"),
            unit=cast.house_a,
        )
        paper = IssuedPaper(
            unit=cast.house_b,
            code="order",
            template=cast.records[PaperTemplate, "foreign"],
            language="de",
            owner_label=owner._meta.label_lower,
            owner_pk=owner.pk,
            issued_at=timezone.now(),
            title=f"{word} zzschreibenzz",
            context="{}",
            subjects=named([owner]),
            sha256="0" * 64,
            size=4,
            stored_as=store(b"%PDF zzdateizz"),
        )
        paper.save()
    clerk = cast.people["data_protection"]
    run = imports.upload(
        model=side.owner, who=clerk, name=f"{word}.csv", content=ContentFile(word.encode())
    )
    export = exports.begin(
        model=side.owner,
        who=clerk,
        fmt="csv",
        columns=[],
        purpose=f"{word} zzzweckzz",
        recipient=word,
    )
    return Planted(paper.pk, run.pk, export.pk)


def words_of(cast: Cast, side: Side) -> list[str]:
    """The words of every record of the other side, and their numbers as people read them."""
    there = [m for m in collections() if room_of(m) in side.rooms]
    words = [marker(model, relation) for model in there for relation in RELATIONS]
    words += [cast.records[model, relation].reference for model in there for relation in RELATIONS]
    return [
        *words,
        *("zzaufgabezz", "zzfristzz", "zzschreibenzz", "zzzweckzz", "zzdateizz"),
        "zzgrundderanderenzz",
    ]


# The proof --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SIDES)
def test_the_world_looks_the_same_whether_the_other_side_is_there(name: str) -> None:
    side = SIDES[name]
    cast = Cast().make_records(without=side.rooms)
    clients = {role: Client(raise_request_exception=False) for role in side.roles}
    for role, client in clients.items():
        client.force_login(cast.people[role])
        client.get("/admin/")  # what is remembered between requests is remembered from here on
    asked = list(dict.fromkeys(addresses(cast, side)))
    before = {(role, path): ask(clients[role], path) for role, path in asked}

    planted = plant(cast, side)
    words = words_of(cast, side)
    problems: list[str] = []
    for role, path in asked:
        after, earlier = ask(clients[role], path), before[role, path]
        problems += [f"{role} {path}: shows {word}" for word in words if word in after.body]
        if (after.status, after.body) != (earlier.status, earlier.body):
            problems.append(f"{role} {path}: {_difference(earlier.body, after.body)}")
    first = side.roles[0]
    problems += _direct(cast, clients[first], side, planted)
    for role, client in clients.items():
        problems += _taken_out(client, cast.people[role], side, words, others=role != first)
    assert not problems, "\n".join(problems[:60])
    assert {role for role, _path in asked} == set(side.roles)
    assert len([path for role, path in asked if role == first]) > 80


def _difference(one: str, two: str) -> str:
    at = next((n for n, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), 0)
    return f"{one[at - 40 : at + 60]!r} became {two[at - 40 : at + 60]!r}"


def _direct(cast: Cast, client: Client, side: Side, planted: Planted) -> Iterator[str]:
    """Asked for by its number, a record that is there is answered as one that never was."""
    hidden = {
        (room_of(door.model), door.model if door.name == "inspect" else door.name[:5]): door
        for door in doors()
        if room_of(door.model) in side.rooms and "{pk}" in door.path
    }
    pairs = [(door.path, cast.records[door.model, "foreign"].pk) for door in hidden.values()]
    pairs += [
        ("/admin/schreiben/datei/{pk}/", planted.paper),
        *((path.replace("<int:pk>", "{pk}"), number) for path, number in _of_exchange(planted)),
    ]
    for path, number in pairs:
        for method in ("get", "post"):
            absent = ask(client, path.format(pk=ABSENT), ABSENT, method)
            there = ask(client, path.format(pk=number), number, method)
            if there != absent:
                yield f"{method} {path}: {absent[::2]} became {there[::2]}"
            if there.status not in (403, 404, 405):
                yield f"{method} {path}: answers {there.status}"


def _of_exchange(planted: Planted) -> Iterable[tuple[str, int]]:
    for path, pattern in walk(get_resolver()):
        if path.startswith("/admin/austausch/") and "{pk}" in path:
            kind = str(pattern.name)
            if "profil" in path or "paket" in path:
                continue  # neither was planted
            yield path, planted.export if kind.startswith("export") else planted.run


def _taken_out(
    client: Client, user: Any, side: Side, words: list[str], *, others: bool
) -> Iterator[str]:
    """Every table of this side in one format, and the flats in all; of `others` where both meet."""
    for model in collections():
        if room_of(model) in side.rooms or not policy_of(model).may(user, "export"):
            continue
        if others and model not in MEETING:
            continue
        for form in FORMATS if model is Dwelling and not others else FORMATS[:1]:
            answer = client.post(
                f"/admin/{model._meta.app_label}/{model._meta.model_name}/export/",
                {"format": form, "all_columns": "on", "use": "own", "purpose": "Test"},
            )
            text = read(answer)
            if answer.status_code != 200 or "<html" in text[:200]:
                yield f"{model._meta.label}: no {form}: {answer.status_code}"
            yield from (f"{model._meta.label} {form}: {word}" for word in words if word in text)


def test_an_inspector_counts_the_resident_and_does_not_learn_who_is_on_record() -> None:
    """An occupancy entry may be about a person's record: that there is one is not told."""
    cast = Cast().make_records()
    entry = cast.records[OccupancyEntry, "own"]
    person = cast.records[Person, "own"]
    assert entry.person == person
    interview = cast.records[IntakeInterview, "own"]
    with acting_as(cast.people["clearing"]):
        interview.plan, interview.dwelling = None, entry.plan.dwelling
        interview.save()
        drafted = draft_plan(interview)
    shown = (page(entry), page(entry, "history"), page(entry.plan), page(entry.plan, "people"))
    shown += (
        page(drafted),
        page(drafted, "history"),
        page(drafted, "people"),
        page(drafted, "edit"),
    )
    export = "/admin/buildings/occupancyentry/export/"
    asked = {"format": "csv", "all_columns": "on", "use": "own", "purpose": "Test"}
    for role in ("inspection", "head_of_office"):
        client = Client()
        client.force_login(cast.people[role])
        texts = [body_of(client.get(address)) for address in shown]
        texts.append(body_of(client.post(export, asked)))
        for text in texts:
            assert person.reference not in text
            assert marker(Person, "own") not in text
            said = re.sub(r"<(?!option)[^>]*>", " ", text)  # also what a choice sends
            assert not re.search(r"interview|Gespräch|gespräch", said)
            assert interview.reference not in text
    clerk = Client()
    clerk.force_login(cast.people["clearing"])
    assert person.reference in body_of(clerk.get(page(entry, "history")))
    assert marker(Person, "own") in body_of(clerk.get(page(entry)))


def test_nobody_learns_from_a_refusal_what_the_other_side_has() -> None:
    """A flat that only interviews refer to cannot be deleted, and why is not said."""
    cast = Cast().make_records(without=ENFORCING)
    client = Client()
    client.force_login(cast.people["inspection"])
    flat = cast.records[Dwelling, "own"]
    answer = client.post(page(flat, "delete"), {"change_reason": "Test"})
    text = body_of(answer)
    assert answer.status_code == 409, text
    assert "Ankunftsgespräch" not in text
    assert Dwelling.objects.filter(pk=flat.pk).exists()
