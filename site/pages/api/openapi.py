"""The description of the API, made from the fields it serves. A test holds all answers against it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse
from wagtail.fields import StreamField

from pages.api.feed import ACTIONS, MOST, SNIPPETS
from pages.api.fields import content_fields, worked_out
from pages.models import AgencyKind, Place, PortalPage
from pages.rules import OfferState

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
SWITCH: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
TIME: Schema = {"type": "string", "pattern": r"^\d\d:\d\d$"}
BLOCKS: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["id", "type", "value"],
        "properties": {"id": TEXT, "type": TEXT, "value": {}},
        "additionalProperties": False,
    },
}


def nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def many(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def record(**properties: Schema) -> Schema:
    """An object with exactly these properties."""
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


CODE = record(code=TEXT, name=TEXT)
SOURCE = record(label=TEXT, url=TEXT)
LINKED = record(id=NUMBER, title=TEXT, html_url=TEXT)
TIMES: dict[str, Schema] = {
    "hours": many(
        record(
            weekday={"type": "integer", "minimum": 0, "maximum": 6, "description": "0 is Monday"},
            starts=TIME,
            ends=TIME,
            nth={
                "enum": [1, 2, 3, 4, -1, None],
                "description": "which of that weekday in the month, -1 the last; null every week",
            },
        )
    ),
    "hours_in_words": many(TEXT),
    "days_off": many(record(first_day=DAY, last_day=DAY)),
    "next": many(record(day=DAY, starts=TIME, ends=TIME)),
}
PLACE = record(id=NUMBER, name=TEXT, street=TEXT, postal_code=TEXT, town=TEXT)
AGENCY = record(
    id=NUMBER,
    name=TEXT,
    kind={"enum": list(AgencyKind.values)},
    kind_name=TEXT,
    carrier=TEXT | {"description": "who runs it; empty where it is the agency itself"},
    website=TEXT,
)
TERM = record(
    id=NUMBER,
    locale=TEXT,
    language=TEXT,
    name=TEXT,
    forms=many(TEXT),
    explanation=TEXT,
    german=TEXT | {"description": "the German word; empty where that is the name itself"},
)
OFFER = record(
    id=NUMBER,
    locale=TEXT,
    language=TEXT | {"description": "what the words are in: the first language where none is"},
    title=TEXT,
    provider=TEXT,
    description=TEXT,
    state={"enum": [str(state) for state in OfferState]},
    topics=many(CODE),
    languages=many(CODE),
    languages_note=TEXT,
    **TIMES,
    agency=nullable(named("Agency")),
    place=nullable(named("Place")),
    phones=many(TEXT),
    registration_required=nullable(SWITCH),
    registration_note=TEXT,
    valid_from=nullable(DAY),
    valid_until=nullable(DAY),
    ended_note=TEXT,
    last_confirmed_on=nullable(DAY),
    as_of=DAY,
    source=SOURCE,
)
CONTACT = record(
    id=NUMBER,
    locale=TEXT,
    language=TEXT,
    name=TEXT,
    task=TEXT,
    confirmed=SWITCH,
    **TIMES,
    hours_note=TEXT,
    agency=nullable(named("Agency")),
    place=nullable(named("Place")),
    phones=many(TEXT),
    email=TEXT,
    website=TEXT,
    last_confirmed_on=nullable(DAY),
    as_of=DAY,
    source=SOURCE,
)
CHANGE = {
    "type": "object",
    "required": ["at", "action", "kind", "id"],
    "properties": {
        "at": MOMENT,
        "action": {"enum": sorted(ACTIONS.values())},
        "kind": {"enum": ["page", *SNIPPETS.values()]},
        "id": NUMBER,
        "locale": TEXT,
        "title": TEXT,
        "html_url": TEXT,
    },
    "additionalProperties": False,
}
PARENT = {"type": "object", "required": ["id", "meta", "title"]}
META = record(
    type=TEXT,
    detail_url=TEXT,
    html_url=TEXT,
    slug=TEXT,
    show_in_menus=SWITCH,
    seo_title=TEXT,
    search_description=TEXT,
    first_published_at=nullable(MOMENT),
    alias_of=nullable(PARENT),
    parent=nullable(PARENT),
    locale=TEXT,
)
LISTED_META = record(
    **{
        name: META["properties"][name]
        for name in ("type", "detail_url", "html_url", "slug", "first_published_at", "locale")
    }
)


def page_types() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if issubclass(model, PortalPage)]


def page_schema(model: type[models.Model]) -> Schema:
    own = {field.name: _of_field(field) for field in content_fields(model)}
    own |= {name: NUMBER for name in worked_out(model)}
    return record(id=NUMBER, meta=META, title=TEXT, **own)


def _of_field(field: models.Field[Any, Any]) -> Schema:
    described = {"title": str(field.verbose_name)}
    if field.help_text:
        described["description"] = str(field.help_text)
    schema = _kind(field)
    return described | (nullable(schema) if field.null else schema)


def _kind(field: models.Field[Any, Any]) -> Schema:
    if isinstance(field, StreamField):
        return BLOCKS
    if field.is_relation:
        return named("Place") if field.related_model is Place else LINKED
    kinds: list[tuple[type[models.Field[Any, Any]], Schema]] = [
        (models.DateTimeField, MOMENT),
        (models.DateField, DAY),
        (models.TimeField, TIME),
        (models.BooleanField, SWITCH),
        (models.IntegerField, NUMBER),
    ]
    return next((schema for kind, schema in kinds if isinstance(field, kind)), TEXT)


def as_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse(document())


def document() -> Schema:
    """The whole description."""
    types = page_types()
    pages = {model.__name__: page_schema(model) for model in types}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{settings.SITE_NAME}: published content",
            "version": "2",
            "description": "Read only, without a key. Ask again with If-None-Match: the answer is "
            "304 until something is published, or the day changes.",
        },
        "servers": [{"url": f"{settings.BASE_URL}/api/v2"}],
        "paths": _page_paths(list(pages)) | _listing_paths() | _change_paths(),
        "components": {
            "schemas": pages
            | {
                "Place": PLACE,
                "Offer": OFFER,
                "Contact": CONTACT,
                "Agency": AGENCY,
                "Term": TERM,
                "Change": CHANGE,
                "ListedPage": record(id=NUMBER, meta=LISTED_META, title=TEXT),
                "Message": {"type": "object", "required": ["message"]},
            }
        },
    }


def listing(schema: Schema) -> Schema:
    return record(meta=record(total_count=NUMBER), items=many(schema))


def _get(
    summary: str, schema: Schema, *parameters: Schema, kind: str = "application/json"
) -> Schema:
    refused = {"application/json": {"schema": named("Message")}}
    answers = {
        "200": {"description": summary, "content": {kind: {"schema": schema}}},
        "304": {"description": "nothing was published since"},
        "400": {"description": "a parameter that is not understood", "content": refused},
    }
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": answers}}


def _query(name: str, schema: Schema, description: str = "") -> Schema:
    parameter = {"name": name, "in": "query", "schema": schema}
    return parameter | ({"description": description} if description else {})


def _locale() -> Schema:
    return _query("locale", {"enum": [code for code, _name in settings.LANGUAGES]})


def _page_paths(types: list[str]) -> Schema:
    parameters = [
        _query("type", TEXT, "such as pages.GuidePage"),
        _locale(),
        *(_query(name, NUMBER) for name in ("child_of", "descendant_of", "translation_of")),
        _query("fields", TEXT, "* for all, or names separated by commas"),
        _query("limit", NUMBER),
        _query("offset", NUMBER),
    ]
    number = {"name": "id", "in": "path", "required": True, "schema": NUMBER}
    missing = {
        "description": "no such page, or none that is published",
        "content": {"application/json": {"schema": named("Message")}},
    }
    one = _get("A page with all its fields", {"anyOf": [named(name) for name in types]}, number)
    one["get"]["responses"]["404"] = missing
    return {
        "/pages/": _get("Published pages", listing(named("ListedPage")), *parameters),
        "/pages/{id}/": one,
    }


def _listing_paths() -> Schema:
    paths = {}
    for name, item, summary in (
        ("offers", "Offer", "Who helps, when, where, in which languages"),
        ("places", "Place", "Addresses"),
        ("contacts", "Contact", "Whom to ask; pages name them by number"),
        ("agencies", "Agency", "Who stands behind offers and contacts"),
        ("terms", "Term", "Words of the offices, explained"),
    ):
        schema = listing(named(item))
        paths[f"/{name}/"] = _get(summary, schema, _locale())
        paths[f"/{name}.csv"] = _get(f"{summary}, as a table", TEXT, _locale(), kind="text/csv")
    return paths


def _change_paths() -> Schema:
    since = _query("since", MOMENT, f"only what came later; at most {MOST} are told, newest first")
    return {
        "/changes/": _get("What was published or taken off", listing(named("Change")), since),
        "/changes.atom": _get("The same for feed readers", TEXT, kind="application/atom+xml"),
    }
