"""Editions of the question set: made, released, and from then on only succeeded by a further one."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import Carrier, OrganisationalUnit
from access.roles import ROLES
from cases.interviews import queries, reading, rules
from cases.models import Question, QuestionSet, QuestionText
from cases.models.questions import fault_of_condition, fault_of_translation
from history import bulk
from history.actor import System, acting_as
from workflow import Step, Steps

DELIVERED = settings.BASE_DIR / "fixtures" / "cases" / "questions.json"
_KEEPER = "clearing"
_SINCE = datetime.date(2022, 10, 1)  # when the Clearingstelle began to ask

_OF_QUESTION = (
    *("position", "key", "topic", "text", "help", "kind", "choices"),
    *("obligation", "asked_of", "condition"),
)
_OF_TEXT = ("language", "text", "help", "choices", "checked_on")


def _against_release(question_set: QuestionSet) -> list[str]:
    """What would make questions that cannot be asked, or answers that cannot be read."""
    questions = list(question_set.questions.order_by("position", "pk").prefetch_related("texts"))
    if not questions:
        return [_("Der Fragebogen hat noch keine Fragen.")]
    by_key = {question.key: question for question in questions}
    told = []
    for question in questions:
        told += [f"{question.key}: {fault}" for fault in _faults(question, by_key)]
    return told


def _faults(question: Question, by_key: dict[str, Question]) -> list[str]:
    found = []
    condition = reading.read_condition(question.condition)
    if condition is not None and condition.key not in by_key:
        found.append(_("Die Frage „%s“, von der sie abhängt, gibt es nicht.") % condition.key)
    elif condition is not None:
        found.append(fault_of_condition(question, condition, by_key[condition.key]))
    for text in question.texts.all():
        given = reading.read_choices(text.choices)
        if given or question.kind in rules.LISTED:
            fault = fault_of_translation(question, given)
            found.append(f"{text.get_language_display()}: {fault}" if fault else "")
    return [fault for fault in found if fault]


def _revise(step: Step) -> None:
    """A draft of the next edition, with the same questions and texts, valid from today."""
    old = step.record
    newest = QuestionSet.objects.aggregate(newest=Max("edition"))
    draft = QuestionSet(
        edition=newest["newest"] + 1,
        title=old.title,
        valid_from=timezone.localdate(step.at),
        unit=old.unit,
    )
    draft.save()
    for question in old.questions.order_by("position", "pk").prefetch_related("texts"):
        copy = Question(question_set=draft, unit=draft.unit)
        for name in _OF_QUESTION:
            setattr(copy, name, getattr(question, name))
        copy.save()
        for text in question.texts.all():
            translated = QuestionText(question=copy, unit=draft.unit)
            for name in _OF_TEXT:
                setattr(translated, name, getattr(text, name))
            translated.save()


QUESTION_SET_STEPS = Steps(
    QuestionSet,
    "state",
    rules.QUESTION_SET,
    guards={"release": _against_release},
    effects={"revise": _revise},
    hints={"release": queries.untranslated},
)


@transaction.atomic
def lay_down_questions(file: Path = DELIVERED) -> int:
    """Enter and release the delivered questions; returns how many there are.

    Once only: whatever the office did with them since, deleting included, stays.
    """
    if QuestionSet.history.exists():
        return 0
    unit, _made = OrganisationalUnit.objects.get_or_create(
        code=_KEEPER, defaults={"name": ROLES[_KEEPER].name, "carrier": Carrier.CITY}
    )
    keeper = System("Auslieferung")
    told = json.loads(file.read_text("utf-8"))
    with acting_as(keeper, because="Fragebogen, mit dem eine Installation beginnt"):
        question_set = QuestionSet(title=told["title"], valid_from=_SINCE, unit=unit)
        question_set.full_clean()
        question_set.save()
        texts: list[QuestionText] = []
        for position, each in enumerate(told["questions"], start=1):
            texts += _lay_down(question_set, position, each)
        bulk.write(QuestionText, create=texts)
        QUESTION_SET_STEPS.perform(question_set, "release", user=keeper)
    return len(told["questions"])


def _lay_down(
    question_set: QuestionSet, position: int, told: dict[str, Any]
) -> Iterator[QuestionText]:
    """Store a question; its translations come out, for all to be stored at once."""
    texts = told.pop("texts")
    question = Question(question_set=question_set, unit=question_set.unit, position=position)
    for name, value in (told | texts.pop("de")).items():
        setattr(question, name, _lines(value) if name == "choices" else value)
    question.full_clean()
    question.save()
    for language, text in texts.items():
        translated = QuestionText(question=question, language=language, unit=question.unit)
        for name, value in text.items():
            setattr(translated, name, _lines(value) if name == "choices" else value)
        translated.clean_fields()
        translated.clean()
        yield translated


def _lines(choices: dict[str, str]) -> str:
    return "\n".join(f"{code} | {text}" for code, text in choices.items())
