"""The groups of the admin menu. A collection names one by its code (`Collection.menu`)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class MenuGroup:
    label: str | Promise
    icon: str
    order: int


MENU_GROUPS = {
    "agenda": MenuGroup(_("Aufgaben"), "tasks", 105),
    "people": MenuGroup(_("Menschen"), "group", 110),
    "housing": MenuGroup(_("Wohnen"), "home", 120),
    "inspections": MenuGroup(_("Kontrollen"), "clipboard-list", 130),
    "more": MenuGroup(_("Weiteres"), "list-ul", 190),
}
