"""Whoever was made one with somebody is forgotten with them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from history.erasure import also_erases, erase
from history.shapes import shape_of
from people.models import Person


@also_erases
def erase_merged(model: type[Any], pk: Any) -> None:
    """The records merged into a person are out of every list, and no less about them.

    Each erases in turn what was merged into it before, and what rooms above keep of it.
    """
    if model is not Person:
        return
    rule = _("Folgt der Löschung von %s.") % shape_of(model).reference(pk)
    for merged in Person.objects.filter(merged_into=pk).exclude(family_name=""):
        erase(merged, rule=rule)
