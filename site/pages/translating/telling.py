"""Tells whoever tried to publish an unfinished translation what is left to do."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from wagtail.admin.admin_url_finder import AdminURLFinder

from pages.models.leftovers import UnfinishedTranslationError


class TellWhatIsUnfinished:
    """Middleware: a message and the way to the piece, whichever screen of the admin it was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, UnfinishedTranslationError):
            return None
        messages.error(request, " ".join(error.messages))
        there = AdminURLFinder(request.user).get_edit_url(error.piece) or "wagtailadmin_home"
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":  # a step in a dialogue
            return JsonResponse({"step": "success", "redirect": there})
        return redirect(there)
