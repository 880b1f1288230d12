"""The page of the search. Asking is a GET without any script; nothing of it is kept or logged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from wagtail.models import Locale

from pages.models.search import SearchGap
from pages.queries import offer_cards
from pages.reporting import limits
from pages.reporting.door import portal_frame
from pages.reporting.limits import Limit
from pages.reporting.tokens import sent_from_here
from pages.search.asking import MOST_LETTERS, Answer, ask, question_words
from pages.search.results import offers_url, results

ON_A_PAGE, GERMAN, PEOPLE = 20, 10, 3
LONGEST_QUERY = 2_000  # of the address: what is longer is no question of a reader
GAPS = Limit("search-gap", 20, timedelta(hours=1))


@method_decorator(csrf_exempt, name="dispatch")
class SearchView(View):
    """GET answers; POST hands the words of a vain search to the editors. Neither needs a cookie."""

    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            return self._page({"notice": _("Das ist zu viel Text. Bitte kürzen Sie ihn.")}, 414)
        question = question_of(request.GET)
        words = question_words(question)
        answer = ask(question, self._locale().language_code)
        number = page_number(request.GET.get("seite", ""), len(answer.own))
        own, german = self._results(answer, number)
        context: dict[str, Any] = {
            "question": question,
            "asked_for": f"?{urlencode({'q': question})}" if question else "",
            "asked": bool(words),
            "own": own,
            "german": german,
            "count": len(answer.own),
            "number": number,
            "earlier": number - 1,
            "later": number + 1 if len(answer.own) > number * ON_A_PAGE else 0,
        }
        if words and not own and not german:
            context |= self._people()
        return self._page(context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Counts a word the editors lack. Wrong in any way: nothing is counted, thanks all the same."""
        words = " ".join(word.folded for word in question_words(question_of(request.POST)))
        if words and sent_from_here(request) and not limits.is_reached(GAPS, request):
            limits.count(GAPS, request)
            note_gap(words[:MOST_LETTERS], self._locale().language_code)
        return self._page({"thanks": True})

    def _results(self, answer: Answer, number: int) -> Any:
        start = (number - 1) * ON_A_PAGE
        german = answer.german[: GERMAN + ON_A_PAGE] if number == 1 else []
        own, others = results(
            [answer.own[start : start + ON_A_PAGE], german], self._locale(), self.request
        )
        return own, others[:GERMAN]

    def _people(self) -> dict[str, Any]:
        """Who can be asked where no page answers: offers one can call today."""
        locale = self._locale()
        cards = [card for card in offer_cards(locale) if not card.is_ended and card.phones]
        return {"people": cards[:PEOPLE], "offers_url": offers_url(locale, self.request)}

    def _locale(self) -> Locale:
        code = translation.get_language() or settings.LANGUAGE_CODE
        return Locale.objects.filter(language_code=code).first() or Locale.get_default()

    def _page(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        frame = portal_frame(self.request, "search")
        return render(
            self.request,
            "pages/search/search.html",
            {"frame": frame, "is_search": True, **context},
            status=status,
        )


def question_of(data: QueryDict) -> str:
    """What was typed, shortened and on one line."""
    return " ".join(data.get("q", "")[: 2 * MOST_LETTERS].replace("\0", " ").split())[:MOST_LETTERS]


def page_number(typed: str, found: int) -> int:
    """The page of results asked for; the first for anything that is none."""
    last = max(1, -(-found // ON_A_PAGE))
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 1
    return max(1, min(number, last))


@transaction.atomic
def note_gap(words: str, language: str) -> None:
    gap, created = SearchGap.objects.get_or_create(language=language, words=words)
    if not created:
        gap.count = F("count") + 1
        gap.save(update_fields=["count", "last_on"])
