"""What stands around every page: menu, languages, path, footer. Five queries, whatever the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from wagtail.models import Page

from pages.languages import PortalLanguage, portal_languages

if TYPE_CHECKING:
    from pages.models import PortalPage


LEGAL, ADVICE = "legalpage", "offerindexpage"
# Pages for whoever does not read German texts with ease: the law wants them one step from any page.
PLAIN = ("easylanguagepage", "signlanguagepage", "glossarypage")


@dataclass(frozen=True)
class Link:
    """A link to a page; `language` is the one its title is in."""

    title: str
    url: str
    language: str
    is_current: bool
    is_within: bool


@dataclass(frozen=True)
class LanguageLink:
    """The same page in another language; `is_translated` when it really is, word for word."""

    language: PortalLanguage
    url: str
    absolute_url: str
    is_current: bool
    is_translated: bool


@dataclass(frozen=True)
class Frame:
    home: Any
    home_url: str
    language: PortalLanguage
    content_language: PortalLanguage
    canonical_url: str
    advice_url: str = ""
    menu: list[Link] = field(default_factory=list)
    legal: list[Link] = field(default_factory=list)
    plain: list[Link] = field(default_factory=list)
    path: list[Link] = field(default_factory=list)
    languages: list[LanguageLink] = field(default_factory=list)

    @property
    def translations(self) -> list[LanguageLink]:
        """What search engines are told: real translations only."""
        return [link for link in self.languages if link.is_translated]

    @property
    def default_translation(self) -> LanguageLink | None:
        """The version for readers of none of the languages."""
        for link in self.translations:
            if link.language.code == settings.LANGUAGE_CODE:
                return link
        return None


def frame_for(page: PortalPage, request: HttpRequest) -> Frame:
    """The frame of a page, in the page's language."""
    ancestors = list(
        page.get_ancestors(inclusive=True).filter(depth__gte=2).select_related("alias_of__locale")
    )
    home = ancestors[0].specific if len(ancestors) > 1 else page.specific
    linked = Q(show_in_menus=True) | Q(content_type__model__in=(LEGAL, ADVICE, *PLAIN))
    children = (
        home.get_children()
        .live()
        .filter(linked)
        .select_related("alias_of__locale", "content_type", "locale")
    )
    within = {ancestor.pk for ancestor in ancestors}
    by_code = {language.code: language for language in portal_languages()}
    original = page.content_locale
    return Frame(
        home=home,
        home_url=home.get_url(request),
        language=by_code[page.locale.language_code],
        content_language=by_code[original.language_code],
        canonical_url=(page.alias_of if page.alias_of_id else page).get_full_url(request),
        advice_url=next((child.get_url(request) for child in children if _is(child, ADVICE)), ""),
        menu=[_link(child, page, within, request) for child in children if child.show_in_menus],
        legal=[_link(child, page, within, request) for child in children if _is(child, LEGAL)],
        plain=[_link(child, page, within, request) for child in children if _is(child, *PLAIN)],
        path=[_link(ancestor, page, within, request) for ancestor in ancestors[:-1]],
        languages=_language_links(page, home, request),
    )


def _is(page: Page, *models: str) -> bool:
    return page.content_type.model in models


def _link(target: Page, page: Page, within: set[int], request: HttpRequest) -> Link:
    alias_of = target.alias_of
    return Link(
        title=target.title,
        url=target.get_url(request),
        language=(alias_of or page).locale.language_code,
        is_current=target.pk == page.pk,
        is_within=target.pk in within,
    )


def _language_links(page: Page, home: Page, request: HttpRequest) -> list[LanguageLink]:
    """One link per language: the page itself, else what stands in for it, else that home page."""
    candidates = Page.objects.live().filter(
        translation_key__in=[page.translation_key, home.translation_key]
    )
    pages: dict[str, Page] = {}
    homes: dict[str, Page] = {}
    for candidate in candidates.select_related("locale"):
        same = candidate.translation_key == page.translation_key
        (pages if same else homes)[candidate.locale.language_code] = candidate
    links = []
    for language in portal_languages():
        target = pages.get(language.code) or homes.get(language.code)
        if target is None:
            continue
        links.append(
            LanguageLink(
                language=language,
                url=target.get_url(request),
                absolute_url=target.get_full_url(request),
                is_current=target.pk == page.pk,
                is_translated=language.code in pages and target.alias_of_id is None,
            )
        )
    return links
