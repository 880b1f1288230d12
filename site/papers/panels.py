"""Sections on record pages: the papers of a record, the wording of a version, the file of a paper."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.panels import RecordPanel
from papers.markup import remarks
from papers.models import IssuedPaper, PaperTemplate
from papers.queries import papers_of, versions_of


class Line(NamedTuple):
    paper: IssuedPaper
    url: str


class Papers(RecordPanel):
    """The issued papers of a record: `panels = (Papers,)` on its viewset. None while there is none.

    Whoever may view the record may open them: no further right is asked.
    """

    heading = _("Schreiben")
    template_name = "papers/record_panel.html"

    def get_context(self, record: Model, user: Any, request: Any) -> dict[str, Any] | None:
        found = list(papers_of(record))
        return {"lines": [_line(paper) for paper in found]} if found else None


class IssuedFile(RecordPanel):
    """On the page of an issued paper: the file, if its owner is within reach."""

    heading = _("Datei")
    template_name = "papers/record_panel.html"

    def get_context(self, record: Model, user: Any, request: Any) -> dict[str, Any] | None:
        paper: Any = record
        try:
            policy = policy_of(paper.owner_model)
        except LookupError:
            return None
        if not policy.visible(user).filter(pk=paper.owner_pk).exists():
            return None
        return {"lines": [_line(paper)]}


class Versions(RecordPanel):
    """On the page of a version: try it, compare it, go on from it; all versions of the paper."""

    heading = _("Version und Vorgänger")
    template_name = "papers/versions_panel.html"

    def get_context(self, record: Model, user: Any, request: Any) -> dict[str, Any] | None:
        version: Any = record
        policy = policy_of(PaperTemplate)
        others = [
            (other, record_url(other), other.pk == version.pk)
            for other in versions_of(version, policy.visible(user))
        ]
        return {
            "preview_url": reverse("papers:preview", args=(version.pk,)),
            "compare_url": reverse("papers:compare", args=(version.pk,)),
            "begin_url": reverse("papers:begin", args=(version.pk,)),
            "may_begin": policy.may(user, "add") and version.state != "draft",
            "has_before": version.before() is not None,
            "versions": others,
            "remarks": remarks(version.text),
        }


def _line(paper: IssuedPaper) -> Line:
    return Line(paper, reverse("papers:file", args=(paper.pk,)))
