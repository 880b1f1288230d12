"""The office edits the questions: what is refused, released, revised, and how typed things read."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cases.interviews import reading
from cases.interviews.actions import QUESTION_SET_STEPS, lay_down_questions
from cases.interviews.queries import open_translations, portal_languages, question_set_on
from cases.models import Question, QuestionSet, QuestionText
from history.actor import acting_as
from tests.access_matrix import body_of
from tests.backoffice.desk import page, signed_in
from tests.cases.conftest import SYSTEM
from workflow import Refused

pytestmark = pytest.mark.django_db
ADD = "/admin/cases/question/add/"


def test_the_delivered_questions_are_laid_down_once_in_five_languages(questions):
    assert lay_down_questions() == 0
    delivered = QuestionSet.objects.get()
    assert (delivered.state, question_set_on(datetime.date(2026, 1, 1))) == ("released", delivered)
    assert Question.objects.count() == 16
    assert open_translations(delivered, {c: c for c in ("ro", "bg", "pl", "en")}) == []
    text = " ".join(Question.objects.values_list("text", flat=True)).lower()
    for word in ("religion", "glaube", "ethni", "volk", "steuer", "azr", "ausweisnummer"):
        assert word not in text
    sector = Question.objects.get(key="work_sector")
    assert list(reading.choices_of(sector)) == ["food", "services", "logistics", "other", "none"]


@pytest.mark.storage
def test_a_released_edition_stands_and_a_new_one_begins_with_its_questions(
    cast, questions, officer
):
    old = QuestionSet.objects.get()
    client = signed_in(cast, "clearing")
    asked = Question.objects.get(key="reason")
    assert client.get(page(asked, "edit")).status_code == 404
    with acting_as(SYSTEM, because="Test"), pytest.raises(ValidationError, match="freigegeben"):
        asked.full_clean()
    assert client.post(page(old, "step/revise"), {}).status_code == 302
    draft = QuestionSet.objects.get(edition=2)
    assert (draft.state, draft.questions.count()) == ("draft", 16)
    told = body_of(client.get(page(old)))  # the way on, and the questions once, in words
    assert f'href="{page(draft)}"' in told
    assert "In Arbeit: Fassung 2" in told
    assert "children_at_school, 1" not in told
    copied = QuestionText.objects.get(
        question__question_set=draft, question__key="reason", language="bg"
    )
    assert copied.choices.startswith("work | за да работя")
    QuestionText.objects.get(pk=copied.pk)
    with acting_as(officer, because="Test"):
        copied.delete()
    assert "Bulgarisch" in " ".join(open_translations(draft, {"bg": "Bulgarisch"}))
    text = body_of(client.get(page(draft)))
    if "bg" in portal_languages():
        assert "1 von 16 Fragen fehlen" in text
    assert question_set_on(datetime.date(2026, 11, 28)) == old, "until it is released"
    dialogue = page(draft, "step/release")
    assert "Rumänisch: 16 von 16 Übersetzungen sind nicht geprüft." in body_of(client.get(dialogue))
    _checked(draft, datetime.date(2026, 11, 20), officer)
    assert "nicht geprüft" not in body_of(client.get(dialogue))
    _reworded(draft, "reason", officer)
    assert "Rumänisch: 1 von 16 Übersetzungen sind nicht geprüft." in body_of(client.get(dialogue))
    with acting_as(officer, because="Test"):
        QuestionText.objects.get(
            question__question_set=draft, question__key="staying", language="ro"
        ).delete()
    assert "Rumänisch: 1 von 16 Fragen fehlen." in body_of(client.get(dialogue))
    QUESTION_SET_STEPS.perform(draft, "release", user=officer)


def _checked(draft: QuestionSet, day: datetime.date, officer: Any) -> None:
    with acting_as(officer, because="Test"):
        for text in QuestionText.objects.filter(question__question_set=draft):
            text.checked_on = day
            text.save()


def _reworded(draft: QuestionSet, key: str, officer: Any) -> None:
    with acting_as(officer, because="Test"):
        question = draft.questions.get(key=key)
        question.text += " Bitte kurz."
        question.save()


def test_a_question_that_cannot_be_asked_is_refused_with_the_reason(cast, questions, officer):
    QUESTION_SET_STEPS.perform(QuestionSet.objects.get(), "revise", user=officer)
    draft = QuestionSet.objects.get(edition=2)
    client = signed_in(cast, "clearing")
    sent = {
        "question_set": draft.pk,
        "position": 20,
        "key": "pets",
        "topic": "housing",
        "text": "Haben Sie Haustiere?",
        "kind": "choice",
        "choices": "yes | ja\nno | nein",
        "obligation": "voluntary",
        "asked_of": "household",
        "unit": cast.house_a.pk,
    }
    for change, told in (
        ({"choices": "ja"}, "Zeile 1 („ja“) ist nicht zu lesen"),
        ({"choices": "a | eins\na | zwei"}, "„a“ steht zweimal da"),
        ({"choices": ""}, "mindestens zwei Zeilen"),
        ({"kind": "text"}, "nichts auszuwählen"),
        ({"condition": "arrived_with family"}, "Kennung = Kürzel"),
        ({"condition": "nobody = yes"}, "gibt es hier noch nicht"),
        ({"condition": "arrived_with = cousins"}, "hat keine Antwort „cousins“"),
        ({"condition": "arrived_with = family", "position": 1}, "wird erst später gefragt"),
        ({"condition": "pets = yes"}, "nicht von sich selbst"),
    ):
        answer = client.post(ADD, sent | change)
        assert answer.status_code == 200, change
        assert told in body_of(answer), change
    assert client.post(ADD, sent | {"condition": "arrived_with = family"}).status_code == 302
    pets = Question.objects.get(key="pets")
    for choices, told in (
        ("yes | да", "fehlen die Kürzel: no"),
        ("yes | да\nno | не\nx | y", "nicht: x"),
    ):
        text = QuestionText(
            question=pets, language="bg", text="Домашни?", choices=choices, unit=pets.unit
        )
        with pytest.raises(ValidationError, match=told):
            text.full_clean()
    with acting_as(officer, because="Test"):
        gone = Question.objects.get(question_set=draft, key="arrived_with")
        gone.delete()
    with pytest.raises(Refused) as refused:
        QUESTION_SET_STEPS.perform(draft, "release", user=officer)
    assert {text.split(":")[0] for text in refused.value.messages} == {"pets", "family_coming"}


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("01021990", {"birth_date": datetime.date(1990, 2, 1)}),
        ("1.2.90", {"birth_date": datetime.date(1990, 2, 1)}),
        ("1.2.24", {"birth_date": datetime.date(2024, 2, 1)}),
        ("1987", {"birth_year": 1987}),
        ("00.00.1987", {"birth_year": 1987}),
        ("00.03.1987", {"birth_year": 1987, "birth_month": 3}),
        ("", {}),
    ],
)
def test_a_birth_is_read_as_it_is_typed(typed, known):
    read = reading.read_birth(typed)
    assert {name: value for name, value in read.items() if value is not None} == known


@pytest.mark.parametrize("typed", ["31.02.1990", "gestern", "01022190", "13.1990"])
def test_a_birth_that_cannot_be_is_refused(typed):
    with pytest.raises(reading.Unreadable):
        reading.read_birth(typed)
