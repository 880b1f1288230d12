"""The editors' side of the search: words for the same thing, and what readers searched in vain."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from pages.models.search import SearchGap, Synonym


class SynonymViewSet(SnippetViewSet):
    model = Synonym
    icon = "resubmit"
    list_display = ["terms", "german", "language"]
    list_filter = ["language"]
    search_fields = ["terms", "german"]


class SearchGapViewSet(SnippetViewSet):
    """Nobody enters one: readers do, by a button. Editors take out what is answered by now."""

    model = SearchGap
    icon = "search"
    list_display = ["words", "language", "count", "first_on", "last_on"]
    list_filter = ["language"]
    panels: list[Any] = []
    inspect_view_enabled = True


class SearchSnippets(SnippetViewSetGroup):
    """Listed only for people with rights on them."""

    items = (SynonymViewSet, SearchGapViewSet)
    menu_label = _("Suche im Portal")
    menu_icon = "search"
    menu_order = 155
