"""The way to imports, exports, packages and profiles in the admin menu, for whoever may use them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from access.policy import policy_of
from catalogue import collections


class ExchangeItem(MenuItem):
    """Shown to whoever may do one of `verbs` with any collection."""

    verbs: tuple[str, ...] = ("import",)

    def is_shown(self, request: HttpRequest) -> bool:
        return any(
            policy_of(model).may(request.user, verb)
            for model in collections()
            for verb in self.verbs
        )


class ExportItem(ExchangeItem):
    verbs = ("export",)


def exchange_menu() -> Any:
    return SubmenuMenuItem(
        _("Datenaustausch"),
        Menu(
            items=[
                ExchangeItem(_("Importe"), reverse_lazy("exchange:runs"), icon_name="upload"),
                ExchangeItem(
                    _("Importprofile"), reverse_lazy("exchange:profiles"), icon_name="form"
                ),
                ExportItem(_("Exporte"), reverse_lazy("exchange:exports"), icon_name="download"),
                ExportItem(_("Pakete"), reverse_lazy("exchange:packages"), icon_name="mail"),
            ]
        ),
        name="exchange",
        icon_name="resubmit",
        order=180,
    )
