"""Turns every declared collection into its screens. The model's declaration is all it takes."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from access.policy import policy_of
from backoffice.menu import MENU_GROUPS
from catalogue import collection_of, collections


def register_policies() -> None:
    """Give Wagtail our policy for every collection, before anything asks for one."""
    for model in collections():
        register_permission_policy(model, policy_of(model), exact_class=True)


def menu_groups() -> list[type[SnippetViewSetGroup]]:
    """One group of viewsets per menu group that has collections."""
    from backoffice.viewsets import CollectionViewSet

    autodiscover_modules("viewsets")
    members: dict[str, list[CollectionViewSet]] = {code: [] for code in MENU_GROUPS}
    for model in sorted(collections(), key=lambda m: (collection_of(m).order, m._meta.label)):
        code = collection_of(model).menu
        if code not in members:
            known = ", ".join(MENU_GROUPS)
            raise ImproperlyConfigured(f"{model._meta.label}: menu {code!r} is none of {known}")
        viewset = CollectionViewSet.special.get(model, CollectionViewSet)
        members[code].append(viewset(model=model))
    return [_group(code, tuple(items)) for code, items in members.items() if items]


def _group(code: str, viewsets: tuple[object, ...]) -> type[SnippetViewSetGroup]:
    group = MENU_GROUPS[code]
    label: str | Promise = group.label
    return type(
        f"{code.title()}Group",
        (SnippetViewSetGroup,),
        {
            "items": viewsets,
            "menu_label": label,
            "menu_icon": group.icon,
            "menu_name": code,
            "menu_order": group.order,
            "add_to_admin_menu": True,
        },
    )
