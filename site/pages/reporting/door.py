"""What the pages for readers share: POST only, nothing in addresses, caches or logs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters

from pages.frame import Frame, LanguageLink, frame_for
from pages.languages import PortalLanguage, portal_languages
from pages.models import HomePage
from pages.reporting import limits
from pages.reporting.tokens import sent_from_here

NOTHING_KEPT = "no-store, private"


@method_decorator([csrf_exempt, sensitive_post_parameters()], name="dispatch")
class Door(View):
    """Exempt from Django's check, which needs a cookie: see `tokens`."""

    http_method_names = ["get", "head", "post", "options"]
    address = ""
    arguments: tuple[Any, ...] = ()  # of the address
    largest = 64 * 1024  # bytes of a form; its longest fields hold 2,000 letters
    form_type = "application/x-www-form-urlencoded"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refusal = self._refusal(request) if request.method == "POST" else None
        response = refusal or super().dispatch(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", NOTHING_KEPT)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        """What no page of ours sends: too large, of another kind, from another site."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.largest:
            return self._notice(self.too_large(), 413)
        if request.content_type != self.form_type:
            return self._notice(_("Diese Art von Daten nehmen wir hier nicht an."), 415)
        if not sent_from_here(request):
            return self._notice(
                _("Bitte öffnen Sie das Formular auf dieser Seite und senden Sie es von hier."), 403
            )
        return None

    def too_large(self) -> str:
        return _("Das ist zu viel Text. Bitte kürzen Sie ihn.")

    def _notice(self, text: str, status: int) -> HttpResponse:
        return self._page("pages/reporting/notice.html", {"text": text}, status)

    def _wait(self, limit: limits.Limit) -> HttpResponse:
        return waiting(self._notice(too_often(limit), 429), limit)

    def _page(self, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        frame = portal_frame(self.request, self.address, *self.arguments)
        form = context.get("form")
        if status == 200 and form is not None and form.is_bound and form.errors:
            status = 422
        return render(
            self.request,
            name,
            {"frame": frame, "address": reverse(self.address, args=self.arguments), **context},
            status=status,
        )


def too_often(limit: limits.Limit) -> str:
    minutes = int(limit.within.total_seconds() // 60)
    text = _(
        "Das waren sehr viele Versuche. Bitte warten Sie %(minutes)s Minuten, oder rufen Sie uns an."
    )
    return text % {"minutes": minutes}


def waiting(response: HttpResponse, limit: limits.Limit) -> HttpResponse:
    response.headers["Retry-After"] = str(int(limit.within.total_seconds()))
    return response


def portal_frame(request: HttpRequest, address: str, *arguments: Any) -> Frame | None:
    """The frame of the portal around a page that is none of its pages. None without a portal."""
    homes = HomePage.objects.live().select_related("locale")
    active = translation.get_language() or settings.LANGUAGE_CODE
    home = (
        homes.filter(locale__language_code=active).first()
        or homes.filter(locale__language_code=settings.LANGUAGE_CODE).first()
    )
    if home is None:
        return None
    links = [_link(language, address, arguments, request) for language in portal_languages()]
    frame = frame_for(home, request)
    return replace(frame, languages=links, canonical_url="")


def _link(
    language: PortalLanguage, address: str, arguments: tuple[Any, ...], request: HttpRequest
) -> LanguageLink:
    with translation.override(language.code):
        url = reverse(address, args=arguments)
    return LanguageLink(
        language=language,
        url=url,
        absolute_url=request.build_absolute_uri(url),
        is_current=language.code == translation.get_language(),
        is_translated=True,
    )
