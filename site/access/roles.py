"""The roles. What each may is in the collections' declarations; `table()` puts both together.

`sync_roles` writes the table to the database, `manage.py sync_roles --table` prints it, and
tests/golden/roles.txt holds the printed table, so that every change of rights shows in a diff.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from catalogue import Scope, guarded_models, rights_of


@dataclass(frozen=True)
class Role:
    """`code` is what declarations name; `name` what staff read (the group's
    name in the database, so not translated); `permissions` Django's own, for
    the parts of Wagtail that ask them (sign-in to the admin, images, documents)."""

    code: str
    name: str
    permissions: tuple[str, ...] = ("wagtailadmin.access_admin",)


_EDITORIAL = (
    "wagtailadmin.access_admin",
    "wagtailimages.add_image",
    "wagtailimages.change_image",
    "wagtailimages.choose_image",
    "wagtaildocs.add_document",
    "wagtaildocs.change_document",
    "wagtaildocs.choose_document",
    "wagtail_localize.submit_translation",
    *(
        f"pages.{verb}_{model}"
        for model in (
            "counsellingoffer",
            "contactpoint",
            "place",
            "agency",
            "glossaryterm",
            "alert",
        )
        for verb in ("add", "change", "publish", "view")
    ),
    *(f"pages.{verb}_synonym" for verb in ("add", "change", "delete", "view")),
    *(f"pages.{verb}_searchgap" for verb in ("delete", "view")),
)

_ACCOUNTS = (
    "wagtailadmin.access_admin",
    "access.add_user",
    "access.change_user",
    "access.view_user",
    "access.add_organisationalunit",
    "access.change_organisationalunit",
)

ROLES = {
    role.code: role
    for role in (
        Role("clearing", "Clearingstelle"),
        Role("outreach", "Aufsuchende Sozialarbeit"),
        Role("school_team", "Schulteam"),
        Role("neighbourhood", "Neustadtbüro"),
        Role("inspection", "Wohnraumkontrolle"),
        Role("head_of_office", "Amtsleitung"),
        Role("register_office", "Einwohnermeldeamt"),
        Role("data_office", "Datenstelle"),
        Role("data_protection", "Datenschutz", ("wagtailadmin.access_admin", "access.view_user")),
        Role("editor", "Redaktion", _EDITORIAL),
        Role("guest", "Gastbehörde"),
        Role("administrator", "Systemverwaltung", _ACCOUNTS),
    )
}


class Row(NamedTuple):
    """One cell of the table: role × collection × verb → scope."""

    role: str
    collection: str
    verb: str
    scope: Scope


def table() -> Iterator[Row]:
    """Every right there is, sorted. Raises LookupError when a declaration names an unknown role."""
    for model in sorted(guarded_models(), key=lambda m: m._meta.label_lower):
        for code, grants in sorted(rights_of(model).items()):
            if code not in ROLES:
                raise LookupError(f"{model._meta.label}: unknown role {code!r}")
            for verb, scope in sorted(grants.items()):
                yield Row(code, model._meta.label_lower, verb, Scope(scope))
