"""`render`: a paper from its wording and a context. Stores nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from papers.filling import PaperError
from papers.letterheads import Head
from papers.models import PaperTemplate
from papers.printing import PressFailed, printed
from papers.queries import current_version
from papers.registry import DELIVERED_IN, LAYOUTS, Paper, UnknownPaper, paper_of
from papers.wording import Wording, filled

__all__ = ["PaperError", "PressFailed", "Rendered", "UnknownPaper", "render", "wording_in_use"]


@dataclass(frozen=True)
class Rendered:
    """`template_version`: number of the wording's version; 0 for the delivered or a typed one.

    `text`: what it says, in reading order. `title`: the subject, filled.
    """

    pdf: bytes
    sha256: str
    template_version: int
    text: str
    title: str


def render(
    template: PaperTemplate | Wording | str,
    context: Mapping[str, Any],
    *,
    language: str = DELIVERED_IN,
    at: datetime | None = None,
    letterhead: Head | None = None,
) -> Rendered:
    """The paper as PDF/UA-1. The same input, `at` included, gives the same bytes.

    `template`: a version, a wording, or the code of a paper: then its wording in use.
    `context`: nested as the placeholders are named, {"empfaenger": {"anschrift": […]}}.
    `letterhead`: of `papers.models.letterhead.head_of`; letters and sheets need one.
    Raises PaperError (what the office can mend, in German), UnknownPaper, PressFailed.
    """
    if isinstance(template, str):
        wording = wording_in_use(template, language)
    else:
        wording = template.wording if isinstance(template, PaperTemplate) else template
    at = at or timezone.now()
    tree, text = filled(wording, context, letterhead, at)
    pdf = printed(LAYOUTS[wording.paper.layout].file, tree, at)
    return Rendered(pdf, hashlib.sha256(pdf).hexdigest(), wording.number, text, tree["title"])


def wording_in_use(code: str, language: str = DELIVERED_IN) -> Wording:
    """The released wording; as delivered, while the office has released none."""
    paper = paper_of(code)
    stored = current_version(code, language)
    if stored is not None:
        return stored.wording
    if language not in paper.languages:
        raise no_wording(paper, language)
    return Wording(paper, *paper.delivered_in(language), language)


def no_wording(paper: Paper, language: str) -> PaperError:
    message = _("Für „%(paper)s“ ist kein Wortlaut in der Sprache „%(language)s“ freigegeben.")
    return PaperError([message % {"paper": paper.name, "language": language}])
