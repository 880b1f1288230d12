"""The start page of the admin: the collections a person works with, and the way into each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.text import capfirst
from wagtail.admin.ui.components import Component

from access.policy import policy_of
from catalogue import collection_of, collections
from history.models import Proving


class Entry(NamedTuple):
    """One collection on the desk. The count is of the records within reach; no URL, no right."""

    label: str
    singular: str
    icon: str
    total: int
    url: str
    add_url: str
    import_url: str


class Desk(Component):
    order = 10
    name = "desk"
    template_name = "backoffice/desk.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        return {"entries": entries_for(user), "person": user}


class ProofPanel(Component):
    """Whether the history is proven, for whoever answers for it."""

    order = 1
    name = "proof"
    template_name = "backoffice/privacy/desk.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"last": Proving.objects.first(), "url": reverse("privacy")}


def entries_for(user: Any) -> list[Entry]:
    """The collections the person may view, in the order of the menu."""
    entries = []
    for model in sorted(
        collections(), key=lambda m: (collection_of(m).menu, collection_of(m).order)
    ):
        policy = policy_of(model)
        if not policy.may(user, "view"):
            continue
        name = model.snippet_viewset.get_url_name  # type: ignore[attr-defined]
        entries.append(
            Entry(
                label=capfirst(str(model._meta.verbose_name_plural)),
                singular=str(model._meta.verbose_name),
                icon=collection_of(model).icon,
                total=policy.visible(user).count(),
                url=reverse(name("list")),
                add_url=reverse(name("add")) if policy.may(user, "add") else "",
                import_url=reverse(name("import")) if policy.may(user, "import") else "",
            )
        )
    return entries
