"""Walks every address of the admin × every role × every relation, and tells what is wrong.

It finds the addresses itself, in the URL configuration: a view added tomorrow is walked tomorrow.
What it expects it reads from the declared rights alone, not from the policy it is there to check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from access.roles import ROLES
from agenda.models import Deadline, Task
from buildings.models import Building
from catalogue import Scope, collections
from tests.cast import RELATIONS, Cast, marker

# What each address of a collection is for. An address that is not named here is a finding:
# somebody has to decide what right it takes.
VERB_OF = {
    "list": "view",
    "list_results": "view",
    "add": "add",
    "inspect": "view",
    "edit": "change",
    "delete": "delete",
    "history": "view",
    "deleted": "view",
    "share": "share",
    "import": "import",
    "import_template": "import",
    "export": "export",
    "choose": "view",
    "choose_results": "view",
    "chosen": "view",
    "chosen_multiple": "view",
}
# What only some collections have: (model, address) → right.
OWN_VERB_OF = {
    ("partyrole", "owner_change"): "add",
    ("partyrole", "undo_owner_change"): "delete",
    ("inspection", "sheet"): "change",
    ("inspection", "photo"): "change",
    ("inspection", "field_sheet"): "view",
    ("findingphoto", "file"): "view",
    ("reportphoto", "file"): "content",
    ("measure", "hearing_letter"): "view",
    ("measure", "order"): "view",
    ("closure", "rehousing"): "proceed",
    ("inspectioncase", "inspection_quarter"): "view",
    ("inspectioncase", "inspection_quarter_file"): "view",
    ("referral", "consent"): "change",
    ("referral", "consent_form"): "change",
    ("consent", "form"): "view",
    ("intakeinterview", "cases_take_away"): "view",
    ("supportcase", "note"): "change",
    ("schoolplacement", "school_waiting_list"): "view",
    ("intakeinterview", "interview_quarter"): "view",
    ("intakeinterview", "interview_quarter_file"): "view",
    ("intakeinterview", "interview"): "proceed",
    ("intakeinterview", "walk_in"): "proceed",
    ("intakeinterview", "amend"): "amend",
    ("intakeinterview", "remove_member"): "proceed",
    ("questionset", "preview"): "view",
    ("occupancyplan", "people"): "change",
    ("occupancyplan", "carry_on"): "add",
    ("person", "perhaps_known"): "view",
    ("person", "merge"): "merge",
    ("householdmember", "move_out"): "change",
}
WRITING = {
    *("edit", "delete", "share", "add", "import", "sheet", "photo", "people", "carry_on"),
    *("owner_change", "undo_owner_change", "consent", "note", "interview", "walk_in", "amend"),
    *("perhaps_known", "merge", "move_out", "remove_member"),
}
#: An invited authority reads on its own sheet where to go; the building itself stays closed to it.
#: And what is printed bears the letterhead of its office, which only few may keep.
TOLD_BY = {
    "participation": ("building", "dwelling"),
    **dict.fromkeys(("consent", "referral", "intakeinterview"), ("letterhead",)),
}
#: Reached, and nothing there: the measures of the cast have neither an addressee nor a draft.
NOTHING_YET = {("measure", "hearing_letter"): 409, ("measure", "order"): 404}
#: Names are asked for by POST alone: no address may hold one.
NOTHING_YET[("person", "perhaps_known")] = 405
ABSENT = 987_654_321
#: Reached by whoever may view what they are about too; in the cast that is the building.
HANGING = (Deadline, Task)


@dataclass(frozen=True)
class Door:
    """One address of one collection."""

    model: type[models.Model]
    name: str
    path: str  # with "{pk}" where a record goes

    def __str__(self) -> str:
        return f"{self.model._meta.model_name}:{self.name} {self.path}"


def doors(urlconf: str | None = None) -> Iterator[Door]:
    """Every address whose view says it shows a collection, wherever it is mounted."""
    for path, pattern in walk(get_resolver(urlconf)):
        model = model_behind(pattern)
        if model in collections():
            yield Door(model, pattern.name or "", path)


def walk(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for item in resolver.url_patterns:
        route = prefix + _readable(item)
        if isinstance(item, URLResolver):
            yield from walk(item, route)
        else:
            yield route, item


def model_behind(pattern: URLPattern) -> Any:
    """The model a class-based view of Wagtail's or ours is about, if it says so."""
    kwargs = getattr(pattern.callback, "view_initkwargs", {}) or {}
    view_class = getattr(pattern.callback, "view_class", None)
    return kwargs.get("model") or getattr(view_class, "model", None)


def _readable(item: URLPattern | URLResolver) -> str:
    route = str(item.pattern)
    for converter in ("<int:pk>", "<str:pk>", "<uuid:pk>"):
        route = route.replace(converter, "{pk}")
    return route


def violations(cast: Cast, found: Iterable[Door], roles: Iterable[str] = tuple(ROLES)) -> list[str]:
    """What a role sees or reaches that it must not, or does not reach that it should.

    Where a role has no right at all to what an address is for, see `trespasses`.
    """
    problems = []
    found = sorted(found, key=str)
    for role in roles:
        client = Client(raise_request_exception=False)
        client.force_login(cast.people[role])
        for door in found:
            if role not in outsiders(door):
                problems += [
                    f"{role}: {door}: {text}" for text in _try(cast, client, (role,), door)
                ]
    return problems


def trespasses(cast: Cast, found: Iterable[Door]) -> list[str]:
    """What roles without the right see or reach, tried by somebody who holds all of them at once.

    Whatever one of them could open, that person could: so one request asks for all of them.
    """
    clients: dict[tuple[str, ...], Client] = {}
    problems = []
    for door in sorted(found, key=str):
        roles = outsiders(door)
        if roles not in clients:
            clients[roles] = Client(raise_request_exception=False)
            clients[roles].force_login(cast.holder_of(roles))
        texts = list(_try(cast, clients[roles], roles, door))
        problems += [f"{role}: {door}: {text}" for role in roles for text in texts]
    return problems


def outsiders(door: Door) -> tuple[str, ...]:
    """The roles with no right to any record that the address is for; of a step, that see none."""
    verb = "view" if door.name.startswith("step_") else verb_of(door)
    rights = door.model.collection.rights
    return tuple(role for role in ROLES if verb is None or verb not in rights.get(role, {}))


def verb_of(door: Door) -> str | None:
    """The right an address takes; None where nobody has decided."""
    own = OWN_VERB_OF.get((str(door.model._meta.model_name), door.name))
    return own or VERB_OF.get(door.name)


def may(roles: Iterable[str], model: type[models.Model], verb: str, relation: str) -> bool:
    """The declared rights, read plainly."""
    return any(_role_may(role, model, verb, relation) for role in roles)


def _role_may(role: str, model: type[models.Model], verb: str, relation: str) -> bool:
    scope = model.collection.rights.get(role, {}).get(verb)
    if scope is None or relation == "absent":
        return False
    if model in HANGING and not _role_may(role, Building, "view", relation):
        return False
    if scope == Scope.ALL or relation == "own":
        return scope in (Scope.ALL, Scope.CARRIER, Scope.UNIT)
    return relation == "shared" and verb in ("view", "change")


def _try(cast: Cast, client: Client, roles: tuple[str, ...], door: Door) -> Iterator[str]:
    """By somebody with one role, or with several that have no right to what the address is for."""
    if door.name.startswith("step_"):
        yield from _try_step(cast, client, roles, door)
        return
    verb = verb_of(door)
    if verb is None:
        yield "undecided: no right is named for this address"
        return
    if "{pk}" not in door.path:
        allowed = any(verb in door.model.collection.rights.get(role, {}) for role in roles)
        yield from _ask(cast, client, roles, door, door.path, allowed)
        return
    for relation in _relations(roles, door.model, verb):
        pk = cast.records[door.model, relation].pk if relation != "absent" else ABSENT
        allowed = may(roles, door.model, verb, relation)
        for text in _ask(cast, client, roles, door, door.path.format(pk=pk), allowed):
            yield f"{relation}: {text}"


def _relations(roles: Iterable[str], model: type[models.Model], verb: str) -> tuple[str, ...]:
    """Those that can make a difference: to a right over all records they are alike, and to none.

    That a share opens nothing to a role without the right is a test of the policy.
    """
    scopes = {model.collection.rights.get(role, {}).get(verb) for role in roles} - {None}
    if not scopes:
        return ("own",)
    (scope,) = scopes
    return ("foreign", "absent") if scope == Scope.ALL else (*RELATIONS, "absent")


def _try_step(cast: Cast, client: Client, roles: tuple[str, ...], door: Door) -> Iterator[str]:
    """Who cannot see the record meets nothing; who sees it but lacks the right is told so."""
    steps = door.model.snippet_viewset.steps
    right = steps.table[door.name.removeprefix("step_")].right
    for relation in _relations(roles, door.model, "view"):
        record = cast.records.get((door.model, relation))
        path = door.path.format(pk=record.pk if record else ABSENT)
        response = client.get(path)
        sees = may(roles, door.model, "view", relation)
        expected = 200 if sees and may(roles, door.model, right, relation) else 403 if sees else 404
        if response.status_code != expected:
            yield f"{relation}: should be {expected}, answers {response.status_code}"
        shown = [word for word in unseen_words(cast, roles, door) if word in body_of(response)]
        yield from (f"{relation}: shows {word}" for word in shown)
        if expected != 200:
            before = state(cast, door.model)
            answer = client.post(path, {"change_reason": "zzprobezz"}).status_code
            if answer != expected:
                yield f"{relation}: POST should be {expected}, answers {answer}"
            if state(cast, door.model) != before:
                yield f"{relation}: POST changed a record"


def _ask(
    cast: Cast, client: Client, roles: tuple[str, ...], door: Door, path: str, allowed: bool
) -> Iterator[str]:
    response = client.get(path)
    opened = NOTHING_YET.get((str(door.model._meta.model_name), door.name), 200)
    if allowed and response.status_code != opened:
        yield f"should open, answers {response.status_code}"
    if not allowed and response.status_code != 404:
        yield f"should be 404, answers {response.status_code}"
    body = body_of(response)
    yield from (f"shows {word}" for word in unseen_words(cast, roles, door) if word in body)
    if not allowed and door.name in WRITING:
        before = state(cast, door.model)
        response = client.post(path, {})
        if response.status_code != 404:
            yield f"POST should be 404, answers {response.status_code}"
        if state(cast, door.model) != before:
            yield "POST changed a record"


def unseen_words(cast: Cast, roles: Iterable[str], door: Door | None = None) -> list[str]:
    """The markers of the records that none of the roles may view, nor read of on this page."""
    told = TOLD_BY.get(str(door.model._meta.model_name), ()) if door else ()
    return [
        marker(model, relation)
        for model, relation in cast.records
        if not may(roles, model, "view", relation) and model._meta.model_name not in told
    ]


def state(cast: Cast, model: type[models.Model]) -> list[tuple[Any, int]]:
    """How many records there are, and in which versions those of the cast."""
    mine = [record.pk for (kind, _relation), record in cast.records.items() if kind is model]
    versions = model._default_manager.filter(pk__in=mine).order_by("pk")
    return [("all", model._default_manager.count()), *versions.values_list("pk", "version")]


def body_of(response: Any) -> str:
    raw = (
        b"".join(response.streaming_content)
        if getattr(response, "streaming", False)
        else response.content
    )
    return raw.decode("utf-8", errors="replace")
