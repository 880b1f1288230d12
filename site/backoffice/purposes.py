"""The purpose of opening a record about people: taken from the page somebody came from.

Nobody is stopped at the desk to give reasons. The way says it nearly always ("from interview
GSP-000012"); where it does not, the page offers the occasions, one press each (`?anlass=call`).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db.models import Model
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from catalogue import collections, model_of
from history.models import AccessEvent
from history.purposes import Occasion, Way

ASKED = "anlass"
#: Ways that do not say what for.
OPEN_WAYS = frozenset({Way.SEARCH, Way.LIST, Way.DESK, Way.DIRECT})


def purpose_of(request: HttpRequest, model: type[Model], pk: Any) -> dict[str, Any]:
    """For the read log: numbers and codes, nothing of what was searched for."""
    occasion = request.GET.get(ASKED, "")
    if occasion in Occasion.values:
        return {"way": Way.CONTINUED.value, "occasion": occasion}
    return _way(request, model, pk)


def _way(request: HttpRequest, model: type[Model], pk: Any) -> dict[str, Any]:
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc != request.get_host():
        return {"way": Way.DIRECT.value}
    if came_from.path == reverse("wagtailadmin_home"):
        return {"way": Way.DESK.value}
    try:
        match = resolve(came_from.path)
    except Resolver404:
        return {"way": Way.DIRECT.value}
    other, number = _model_behind(match), match.kwargs.get("pk")
    if other is None:
        return {"way": Way.DIRECT.value}
    if number is None:
        return {"way": _by_list(match.url_name or "", came_from.query)}
    if (other, str(number)) == (model, str(pk)):
        return {"way": Way.CONTINUED.value}
    return {"way": Way.RECORD.value, "from": other._meta.label_lower, "from_pk": int(number)}


def _model_behind(match: Any) -> type[Model] | None:
    view = getattr(match.func, "view_class", None)
    kwargs = getattr(match.func, "view_initkwargs", {})
    model = kwargs.get("model") or getattr(view, "model", None)
    return model if model in collections() else None


def _by_list(url_name: str, query: str) -> str:
    if url_name == "add":
        return Way.ENTRY.value
    return Way.SEARCH.value if parse_qs(query).get("q") else Way.LIST.value


def in_words(event: AccessEvent) -> str:
    """The purpose of a line of the read log: "Anruf", "von einem anderen Datensatz aus (GSP-000012)"."""
    detail = event.detail
    if detail.get("occasion") in Occasion.values:
        return str(Occasion(detail["occasion"]).label)
    if detail.get("way") not in Way.values:
        return str(detail.get("purpose", ""))  # of an export: as it was stated
    said = str(Way(detail["way"]).label)
    if "from_pk" not in detail:
        return said
    try:
        other: Any = model_of(detail["from"])
    except LookupError:
        return said
    return _("%(way)s (%(reference)s)") % {
        "way": said,
        "reference": other(pk=detail["from_pk"]).reference,
    }
