"""The screens of wagtail-localize that publish, or begin what readers would see at once.

Three are mounted in the place of its own, under the same addresses. The editor itself stays; what
its page sends passes here first.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page, TranslatableMixin
from wagtail.permissions import policy_registry
from wagtail.utils.decorators import xframe_options_sameorigin_override
from wagtail_localize.models import Translation
from wagtail_localize.views.edit_translation import edit_translation, user_can_edit_instance
from wagtail_localize.views.submit_translations import (
    SubmitPageTranslationView,
    SubmitSnippetTranslationView,
    SubmitTranslationView,
)
from wagtail_localize.views.update_translations import UpdateTranslationsView

from pages.languages import language_name
from pages.models.leftovers import UnfinishedTranslationError
from pages.translating import actions
from pages.translating.queries import translation_of


class _Beginning(SubmitTranslationView):
    """Opens the translation, and leaves to readers what they have."""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        locales = list(form.cleaned_data["locales"])
        pieces = [self.object]
        if isinstance(self.object, Page) and form.cleaned_data["include_subtree"]:
            pieces += self.object.get_descendants().specific()
        for piece in pieces:
            actions.begin(piece, locales)
        names = ", ".join(language_name(locale.language_code) for locale in locales)
        messages.success(
            self.request,
            _(
                "Die Übersetzung von „%(title)s“ ist begonnen: %(languages)s. Bis sie veröffentlicht ist,"
                " lesen alle den deutschen Text."
            )
            % {"title": self.object, "languages": names},
        )
        only = self.object.get_translation(locales[0]) if len(locales) == 1 else None
        return redirect(self.get_success_url() or self.get_default_success_url(only))


class BeginPageView(_Beginning, SubmitPageTranslationView):
    pass


class BeginSnippetView(_Beginning, SubmitSnippetTranslationView):
    pass


class UpdateView(UpdateTranslationsView):
    """Takes over the German text in every language; publishes only what is finished in it."""

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        wanted = form.cleaned_data["publish_translations"]
        form.cleaned_data["publish_translations"] = False
        response: HttpResponse = super().form_valid(form)
        if wanted:
            for translation in self.object.translations.filter(enabled=True):
                self._publish(translation)
        return response

    def _publish(self, translation: Translation) -> None:
        piece = translation.get_target_instance()
        if not _may_publish(self.request.user, piece):
            return
        try:
            actions.publish(translation, piece, user=self.request.user)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))


def preview(request: HttpRequest, translation_id: int, mode: str = "") -> HttpResponse:
    """The translation as entered now; what stands in for it until then is not shown."""
    translation = get_object_or_404(Translation, pk=translation_id)
    piece = translation.get_target_instance()
    if not isinstance(piece, Page):
        raise Http404
    if not user_can_edit_instance(request.user, piece):
        raise PermissionDenied
    draft = translation.source.get_ephemeral_translated_instance(
        translation.target_locale, fallback=True
    )
    draft.alias_of = None
    if mode not in dict(draft.preview_modes):
        raise Http404
    response: HttpResponse = draft.make_preview_request(request, mode)
    return response


def before_edit(request: HttpRequest, piece: Any) -> HttpResponse | None:
    """What the desk and the editor of a translation send; None leaves it to wagtail-localize."""
    translation = translation_of(piece) if isinstance(piece, TranslatableMixin) else None
    if translation is None:
        return None
    if request.method == "POST":
        act = _ACTS.get(request.POST.get("action", ""))
        if act is None:
            return None
        try:
            act(request, translation, piece)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(request.path)
    if getattr(piece, "alias_of_id", None):  # where wagtail-localize would offer to begin
        response: HttpResponse = edit_translation(request, translation, piece)
        return response
    return None


def before_convert_alias(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A stand-in made a page of its own would be German that claims to be another language."""
    if page.alias_of.locale_id == page.locale_id:
        return None
    messages.error(
        request,
        _("Diese Seite steht für eine Übersetzung, die noch fehlt. Beginnen Sie die Übersetzung."),
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


def _publish(request: HttpRequest, translation: Translation, piece: Any) -> None:
    if not _may_publish(request.user, piece):
        raise PermissionDenied
    actions.publish(translation, piece, user=request.user)
    messages.success(
        request,
        _("„%(title)s“ ist jetzt auf %(language)s veröffentlicht.")
        % {
            "title": translation.get_target_instance(),
            "language": language_name(translation.target_locale.language_code),
        },
    )


def _hand_in(request: HttpRequest, translation: Translation, piece: Any) -> None:
    try:
        actions.hand_in(translation, piece, user=request.user)
    except UnfinishedTranslationError as error:
        raise ValidationError(
            _("Noch nicht zur Freigabe gegeben. %(why)s") % {"why": error.leftovers}
        ) from error
    messages.success(request, _("Die Übersetzung liegt jetzt jemand anderem zur Freigabe vor."))


def _take_over(request: HttpRequest, translation: Translation, _piece: Any) -> None:
    actions.take_over(translation)
    messages.success(request, _("Der neue deutsche Text ist übernommen."))


def _confirm(request: HttpRequest, translation: Translation, _piece: Any) -> None:
    number = request.POST.get("sentence", "")
    if not number.isdecimal() or not actions.confirm(translation, int(number), user=request.user):
        raise ValidationError(_("Dieser Satz wartet nicht mehr auf eine Bestätigung."))
    messages.success(request, _("Sie haben den Satz bestätigt."))


_ACTS = {
    "publish": _publish,
    "hand-in": _hand_in,
    "take-over": _take_over,
    "confirm": _confirm,
}


def _may_publish(user: Any, piece: Any) -> bool:
    if isinstance(piece, Page):
        return bool(piece.permissions_for_user(user).can_publish())
    return bool(policy_registry.get(piece).user_has_permission(user, "publish"))


preview_in_frame = xframe_options_sameorigin_override(preview)

# The addresses of wagtail-localize: Django takes the first that fits.
urlpatterns: list[URLPattern] = [
    path("localize/submit/page/<int:page_id>/", BeginPageView.as_view()),
    path(
        "localize/submit/snippet/<slug:app_label>/<slug:model_name>/<str:pk>/",
        BeginSnippetView.as_view(),
    ),
    path("localize/update/<int:translation_source_id>/", UpdateView.as_view()),
    path("localize/translate/<int:translation_id>/preview/", preview_in_frame),
    path("localize/translate/<int:translation_id>/preview/<str:mode>/", preview_in_frame),
]
