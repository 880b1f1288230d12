"""Registrations only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.log_actions import LogFormatter

from access import actions
from access.viewsets import units


@hooks.register("register_admin_viewset")
def register_units() -> Any:
    return units


@hooks.register("insert_global_admin_css")
def session_style() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("access/session.css"))


@hooks.register("insert_global_admin_js")
def session_script() -> str:
    return format_html(
        '<script defer src="{}" data-report-url="{}" data-idle-seconds="{}" data-idle-text="{}"'
        ' data-end-text="{}" data-gone-text="{}" data-stay-label="{}"></script>',
        static("access/session.js"),
        reverse("account_session"),
        settings.SESSION_IDLE_AGE,
        _("Sie werden in wenigen Minuten abgemeldet, weil Sie gerade nichts tun."),
        _("Ihre Anmeldung endet in wenigen Minuten. Bitte speichern Sie jetzt."),
        _(
            "Sie sind abgemeldet. Kopieren Sie, was Sie geschrieben haben, "
            "bevor Sie die Seite verlassen, und melden Sie sich neu an."
        ),
        _("Angemeldet bleiben"),
    )


@hooks.register("construct_help_menu")
def no_links_out_of_the_house(request: Any, items: list[Any]) -> None:
    """Wagtail's guide and news are English pages of another host; the shortcuts stay."""
    items[:] = [item for item in items if not item.url.startswith("http")]


class _DifferenceFormatter(LogFormatter):
    """ "+ given, − taken" after the label."""

    def format_message(self, log_entry: Any) -> str:
        given = [f"+ {name}" for name in log_entry.data.get("given", [])]
        taken = [f"− {name}" for name in log_entry.data.get("taken", [])]
        return ": ".join(filter(None, (str(self.label), ", ".join(given + taken))))


class RolesFormatter(_DifferenceFormatter):
    label = gettext_lazy("Rollen geändert")


class UnitsFormatter(_DifferenceFormatter):
    label = gettext_lazy("Stellen geändert")


@hooks.register("register_log_actions")
def register_log_actions(registry: Any) -> None:
    registry.register_action(actions.ROLES_CHANGED)(RolesFormatter)
    registry.register_action(actions.UNITS_CHANGED)(UnitsFormatter)
    for action, label in (
        (actions.PASSWORD_SET, gettext_lazy("Passwort durch die Systemverwaltung gesetzt")),
        (actions.OPENED, gettext_lazy("Konto geöffnet")),
        (actions.CLOSED, gettext_lazy("Konto geschlossen")),
        (actions.SECOND_FACTOR_RESET, gettext_lazy("Zweiter Faktor zurückgesetzt")),
    ):
        registry.register_action(action, label, label)
