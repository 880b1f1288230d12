"""The questions of an edition as they stand on the sheet, in German and in one more language."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from backoffice.views.record import RecordPage
from cases.interviews import queries, reading, rules
from cases.interviews.answering import direction
from people.codes import languages


class PreviewView(RecordPage):
    """Also what to print for a talk without the machine."""

    tab = "preview"
    template_name = "cases/interviews/preview.html"
    page_title = gettext_lazy("Vorschau")

    @cached_property
    def header_buttons(self) -> list[Any]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        spoken = queries.portal_languages()
        known = dict(languages())
        language = self.request.GET.get("sprache", "")
        if language not in known:
            language = next(iter(spoken), "")
        context = super().get_context_data(
            **kwargs,
            language=language,
            language_name=known.get(language, ""),
            direction=direction(language),
            spoken=spoken,
            lines=[_line(q) for q in queries.questions_of(self.object.pk, language)],
        )
        with translation.override(language or "de"):
            context["voluntary"] = str(reading.VOLUNTARY)
        context["tabs"].insert(1, ("preview", self.page_title, self.request.path))
        return context


def _line(question: Any) -> dict[str, Any]:
    """A question with its text in the language, and each choice in both."""
    text = next(iter(question.texts.all()), None)
    theirs = reading.read_choices(text.choices) if text else {}
    choices = reading.choices_of(question)
    return {
        "question": question,
        "text": text,
        "choices": [(label, theirs.get(code, "")) for code, label in choices.items()],
        "compulsory": question.obligation == rules.Obligation.COMPULSORY,
    }
