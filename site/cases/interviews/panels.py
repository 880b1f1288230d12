"""Sections on the pages of interviews and question sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.policy import policy_of
from backoffice.choosers import record_url
from backoffice.naming import headlines
from backoffice.panels import RecordPanel
from cases.interviews import queries, reading, rules
from cases.models import (
    InterviewAnswer,
    InterviewTopic,
    Question,
    QuestionSet,
    QuestionText,
)
from history.actor import Source
from people.models import Person


def address(model: Any, name: str, pk: int | None = None) -> str:
    args = () if pk is None else (pk,)
    return reverse(model.snippet_viewset.get_url_name(name), args=args)


class Line(NamedTuple):
    """One answer in words. `url`: its own history."""

    question: str
    answer: str
    url: str


class Correction(NamedTuple):
    """An answer amended after the interview: what stood there, what stands there, who and why."""

    question: str
    old: str
    new: str
    who: str
    when: Any
    reason: str


class AnswersPanel(RecordPanel):
    """The answers by person, and each amendment with the old one beside the new."""

    heading: ClassVar[Any] = _("Antworten")
    template_name = "cases/interviews/panels/answers.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        seen = policy_of(InterviewAnswer).visible(user).filter(interview=record)
        answers: list[Any] = list(
            seen.select_related("question", "person").order_by("question__position", "pk")
        )
        may_lead = policy_of(type(record)).visible(user, rules.PROCEED).filter(pk=record.pk)
        leads = not record.is_settled and may_lead.exists()
        amends = queries.may_amend(record, user)
        if not answers and not leads and not amends:
            return None
        return {
            "groups": list(_by_person(answers, user)),
            "corrections": list(_corrections(answers)),
            "interview_url": address(type(record), "interview", record.pk) if leads else "",
            "amend_url": address(type(record), "amend", record.pk) if amends else "",
        }


def _by_person(answers: list[Any], user: Any) -> Iterator[tuple[str, list[Line]]]:
    persons = {a.person_id for a in answers if a.person_id}
    names = headlines(policy_of(Person).visible(user).filter(pk__in=persons), user)
    groups: dict[Any, list[Line]] = {}
    for answer in answers:
        if answer.value or answer.declined:
            line = Line(answer.question.text, _in_words(answer, answer), _history_of(answer))
            groups.setdefault(answer.person_id, []).append(line)
    for pk in sorted(groups, key=lambda pk: pk or 0):
        name = "" if pk is None else names.get(pk) or Person(pk=pk).reference
        yield name, groups[pk]


def _history_of(answer: Any) -> str:
    return address(InterviewAnswer, "history", answer.pk)


def _in_words(answer: Any, at: Any) -> str:
    """The value of the answer as it was `at` a version (or as it is)."""
    if at.declined:
        return str(_("keine Angabe"))
    question = answer.question
    choices = reading.choices_of(question)
    return reading.answer_in_words(question.kind, choices, at.value) or "–"


def _corrections(answers: list[Any]) -> Iterator[Correction]:
    by_pk = {answer.pk: answer for answer in answers}
    rows = InterviewAnswer.history.filter(id__in=by_pk).select_related("history_user")
    before: dict[int, Any] = {}
    for row in rows.order_by("id", "version"):
        amended = row.history_source == Source.TRANSITION and row.history_origin.endswith(
            f":{rules.AMEND}"
        )
        if amended:
            answer, old = by_pk[row.id], before.get(row.id)
            yield Correction(
                answer.question.text,
                _in_words(answer, old) if old is not None else "–",
                _in_words(answer, row),
                str(row.history_user or row.history_actor_label),
                row.history_date,
                row.history_change_reason,
            )
        before[row.id] = row


class LeftoverPanel(RecordPanel):
    """What this person typed too late, as far as their browser still holds it; else nothing."""

    heading: ClassVar[Any] = _("Nicht gespeicherte Eingaben")
    template_name = "cases/interviews/panels/leftover.html"
    leads = True

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        if not record.is_settled or not policy_of(type(record)).may(user, rules.PROCEED):
            return None
        amends = queries.may_amend(record, user)
        return {
            "draft": queries.draft_of(record, user),
            "amend_url": address(type(record), "amend", record.pk) if amends else "",
        }


class TopicsPanel(RecordPanel):
    """What help is needed with, and what was agreed. Whom to ask: `cases.referrals.panels`."""

    heading: ClassVar[Any] = _("Themen")
    template_name = "cases/interviews/panels/topics.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        topics = policy_of(InterviewTopic).visible(user).filter(interview=record).order_by("pk")
        return {"topics": topics} if topics else None


class QuestionsPanel(RecordPanel):
    """The questions of an edition in their order, with what is not translated yet."""

    heading: ClassVar[Any] = _("Fragen")
    template_name = "cases/interviews/panels/questions.html"

    def get_context(self, record: Any, user: Any, request: Any) -> dict[str, Any] | None:
        questions: list[Any] = list(
            record.questions.order_by("position", "pk").prefetch_related("texts")
        )
        spoken = queries.portal_languages()
        is_draft = record.state == rules.Edition.DRAFT
        adds = is_draft and policy_of(Question).may(user, "add")
        translates = policy_of(QuestionText).may(user, "add")
        drafts = policy_of(QuestionSet).visible(user).filter(state=rules.Edition.DRAFT)
        draft = None if is_draft else drafts.order_by("-edition").first()
        return {
            "draft": draft,
            "draft_url": record_url(draft) if draft else "",
            "lines": [
                (
                    question,
                    record_url(question),
                    [
                        (code, address(QuestionText, "add") + f"?question={question.pk}")
                        for code in spoken
                        if translates and code not in {t.language for t in question.texts.all()}
                    ],
                )
                for question in questions
            ],
            "open": queries.untranslated(record),
            "is_draft": is_draft,
            "add_url": f"{address(Question, 'add')}?question_set={record.pk}" if adds else "",
            "previews": [
                (name, f"{address(type(record), 'preview', record.pk)}?sprache={code}")
                for code, name in spoken.items()
            ]
            if questions
            else [],
        }
