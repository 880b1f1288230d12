"""What editors find in the menu besides pages and pictures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.models import Locale
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from pages.coverage.views import CoverageView, may_see_coverage
from pages.models import Agency, Alert, ContactPoint, CounsellingOffer, GlossaryTerm, Place
from pages.models.leftovers import refuse_leftovers
from pages.review.desk import ReviewPanel
from pages.review.views import ReviewView, may_review
from pages.rules import OfferState
from pages.search.viewsets import SearchSnippets
from pages.translating import views as translating

STATES = {
    OfferState.CONFIRMED: _("bestätigt"),
    OfferState.UNCONFIRMED: _("nicht bestätigt"),
    OfferState.UPCOMING: _("beginnt später"),
    OfferState.ENDED: _("beendet"),
    OfferState.LAPSED: _("ausgeblendet"),
}


class OfOriginals(SnippetViewSet):
    """Lists what is kept in the portal's first language; its translations are on their own board,
    and here for whoever filters by a language."""

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = self.model._default_manager.all()
        return rows if request.GET.get("locale") else rows.filter(locale=Locale.get_default())


class OfferViewSet(OfOriginals):
    """Offers, those to be confirmed recognisable at a glance."""

    model = CounsellingOffer
    icon = "comment"
    list_display = [
        "title",
        "provider",
        Column("state", label=_("Stand"), accessor=lambda offer: STATES[offer.state()]),
        Column("last_confirmed_on", label=_("Zuletzt bestätigt am"), sort_key="last_confirmed_on"),
        LiveStatusTagColumn(),
    ]
    list_filter = ["topics__topic", "languages__code", "place"]
    search_fields = ["title", "provider", "description"]


class PlaceViewSet(SnippetViewSet):
    model = Place
    icon = "home"
    list_display = ["name", "street", "town", LiveStatusTagColumn()]
    search_fields = ["name", "street"]


class ContactViewSet(OfOriginals):
    model = ContactPoint
    icon = "mail"
    list_display = [
        "name",
        "place",
        Column("last_confirmed_on", label=_("Zuletzt bestätigt am"), sort_key="last_confirmed_on"),
        LiveStatusTagColumn(),
    ]
    search_fields = ["name", "task"]


class AgencyViewSet(SnippetViewSet):
    model = Agency
    icon = "group"
    list_display = ["name", "get_kind_display", "carrier", LiveStatusTagColumn()]
    list_filter = ["kind"]
    search_fields = ["name", "carrier"]


class TermViewSet(SnippetViewSet):
    model = GlossaryTerm
    icon = "openquote"
    list_display = ["name", "explanation", LiveStatusTagColumn()]
    search_fields = ["name", "forms", "explanation"]


class AlertViewSet(SnippetViewSet):
    model = Alert
    icon = "warning"
    list_display = ["__str__", "level", "starts_at", "ends_at", LiveStatusTagColumn()]


class PortalSnippets(SnippetViewSetGroup):
    """Listed only for people with rights on them: Wagtail hides empty menus."""

    items = (
        OfferViewSet,
        ContactViewSet,
        PlaceViewSet,
        AgencyViewSet,
        TermViewSet,
        AlertViewSet,
    )
    menu_label = _("Beratung und Hinweise")
    menu_icon = "comment"
    menu_order = 150


register_snippet(PortalSnippets)
register_snippet(SearchSnippets)


@hooks.register("register_admin_urls")
def coverage_page() -> list[URLPattern]:
    return [path("uebersetzungen/", CoverageView.as_view(), name="translation_coverage")]


class CoverageItem(MenuItem):
    """Shown to whoever edits pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_see_coverage(request.user)


@hooks.register("register_admin_menu_item")
def coverage_item() -> MenuItem:
    return CoverageItem(
        _("Übersetzungen"),
        reverse_lazy("translation_coverage"),
        icon_name="wagtail-localize-language",
        order=151,
    )


@hooks.register("register_admin_urls")
def review_page() -> list[URLPattern]:
    return [path("pruefliste/", ReviewView.as_view(), name="portal_review")]


class ReviewItem(MenuItem):
    """Shown to whoever edits pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_review(request.user)


@hooks.register("register_reports_menu_item")
def review_item() -> MenuItem:
    return ReviewItem(_("Prüfliste"), reverse_lazy("portal_review"), icon_name="tasks", order=50)


@hooks.register("construct_homepage_panels")
def what_grows_old(request: HttpRequest, panels: list[Any]) -> None:
    if may_review(request.user):
        panels.append(ReviewPanel())


# -- Translating: before wagtail-localize, whose doors these are -----------------------------------
@hooks.register("register_admin_urls", order=-1)
def translating_pages() -> list[URLPattern]:
    return translating.urlpatterns


hooks.register("before_edit_page", translating.before_edit, order=-1)
hooks.register("before_edit_snippet", translating.before_edit, order=-1)
hooks.register("before_convert_alias_page", translating.before_convert_alias)


@hooks.register("before_publish_page")
def no_unfinished_translation(_request: HttpRequest, page: Any) -> None:
    """The one screen that does not publish through the page: its editor. The draft is kept."""
    refuse_leftovers(page)
