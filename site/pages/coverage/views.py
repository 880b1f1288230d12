"""The board: pages × languages, for everybody who edits the portal."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permissions import page_permission_policy

from pages.coverage.queries import Row, coverage
from pages.coverage.rules import State
from pages.languages import PortalLanguage, portal_languages

STATES = {
    State.MISSING: _("fehlt"),
    State.IN_PROGRESS: _("in Arbeit"),
    State.MACHINE_DRAFT: _("Entwurf einer Maschine"),
    State.IN_REVIEW: _("wartet auf Freigabe"),
    State.OUTDATED: _("veraltet"),
    State.CURRENT: _("aktuell"),
}


class Total(NamedTuple):
    """A language with how many of the pieces are current in it."""

    language: PortalLanguage
    current: int
    percent: int


def may_see_coverage(user: Any) -> bool:
    """Whoever may change pages somewhere. Others do not learn that the board is there."""
    return bool(page_permission_policy.user_has_any_permission(user, {"add", "change", "publish"}))


class CoverageView(WagtailAdminTemplateMixin, TemplateView):
    """All pieces, or those of `?stand=`; `?sprache=` shows one language alone."""

    template_name = "pages/admin/coverage.html"
    page_title = _("Übersetzungen")
    header_icon = "wagtail-localize-language"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if not may_see_coverage(request.user):
            raise Http404
        super().setup(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = coverage()
        language = self.request.GET.get("sprache", "")
        state = self.request.GET.get("stand", "")
        targets = [one for one in portal_languages() if one.code != settings.LANGUAGE_CODE]
        shown = [one for one in targets if one.code == language] or targets
        codes = {one.code for one in shown}
        return super().get_context_data(
            totals=_totals(rows, shown),
            rows=[_narrowed(row, codes) for row in rows if _matches(row, codes, state)],
            languages=targets,
            states=STATES.items(),
            language=language,
            state=state,
            **kwargs,
        )


def _narrowed(row: Row, codes: set[str]) -> dict[str, Any]:
    cells = [
        {"cell": cell, "label": STATES[cell.state]}
        for cell in row.cells
        if cell.language.code in codes
    ]
    return {"row": row, "cells": cells}


def _matches(row: Row, codes: set[str], state: str) -> bool:
    states = {cell.state.value for cell in row.cells if cell.language.code in codes}
    return not state or state in states


def _totals(rows: list[Row], languages: list[PortalLanguage]) -> list[Total]:
    current = Counter(
        cell.language.code for row in rows for cell in row.cells if cell.state is State.CURRENT
    )
    return [
        Total(one, current[one.code], 100 * current[one.code] // max(len(rows), 1))
        for one in languages
    ]
