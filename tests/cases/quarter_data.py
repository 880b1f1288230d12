"""An invented set of interviews of the shape that was published for October to December 2022:
240 talks, 277 adults (61 % men) and 37 children, and how their answers were distributed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from typing import Any

from buildings.models import Building, Dwelling
from cases.models import IntakeInterview, InterviewAnswer, Question, QuestionSet
from history.bulk import write
from people.models import Household, HouseholdMember, Person

TALKS, ADULTS, CHILDREN, MEN = 240, 277, 37, 169
NATIONS = (("154", 174), ("125", 97), ("152", 28), ("165", 9), ("153", 4), ("161", 2))
SECTOR = (("food", 125), ("services", 28), ("logistics", 23), ("none", 35), ("other", 20))
TRAINING = (("none", 218), ("vocational", 40), ("academic", 15))
TOWNS = (("Erdachte Neustadt", 146), ("Erdachte Mitte", 50), ("Erdachter Ring", 20))
QUESTIONS = (
    ("reason", "household", "Grund des Zuzugs", "work | Arbeit\nfamily | Familie"),
    (
        "work_sector",
        "household",
        "In welcher Branche?",
        "food | Lebensmittelindustrie\nservices | Dienstleistung\nlogistics | Logistik\n"
        "none | noch keine Arbeit\nother | andere",
    ),
    (
        "training",
        "adult",
        "Welche Ausbildung?",
        "none | keine Ausbildung\nvocational | Berufsausbildung\nacademic | Studium",
    ),
)


def question_set(unit: Any, edition: int = 1, questions: Sequence[Any] = QUESTIONS) -> QuestionSet:
    made = QuestionSet(edition=edition, title="Erfunden", valid_from="2022-01-01", unit=unit)
    made.save()
    for position, (key, asked_of, text, choices) in enumerate(questions, start=1):
        Question(
            question_set=made,
            position=position,
            key=key,
            topic="work",
            text=text,
            kind="choice",
            choices=choices,
            asked_of=asked_of,
            unit=unit,
        ).save()
    return made


def spread(counts: Sequence[tuple[str, int]], total: int) -> Iterator[str]:
    """Each code as often as it says, and nothing for the rest."""
    given = list(chain.from_iterable(repeat(code, count) for code, count in counts))
    return iter(given + [""] * (total - len(given)))


def load(unit: Any) -> None:
    """Written in bulk, by the actor in force: some 2,500 records."""
    edition = question_set(unit)
    asked = {question.key: question for question in Question.objects.filter(question_set=edition)}
    people = _people(unit)
    households = [Household(contact=people[n], unit=unit) for n in range(TALKS)]
    write(Household, create=households)
    write(HouseholdMember, create=list(_members(people, households, unit)))
    flats = dict(_flats(unit))
    towns = spread(TOWNS, TALKS)
    talks = [
        IntakeInterview(
            person=people[n],
            household=households[n],
            held_on=datetime.date(2022, 10 + n % 3, 1 + n % 28),
            state="completed",
            dwelling=flats.get(next(towns)),
            question_set=edition,
            unit=unit,
        )
        for n in range(TALKS)
    ]
    write(IntakeInterview, create=talks)
    write(InterviewAnswer, create=list(_answers(talks, people, asked, unit)))


def _people(unit: Any) -> list[Person]:
    nations = spread(NATIONS, ADULTS + CHILDREN)
    people = [
        Person(
            family_name=f"Musterescu {n}",
            sex="m" if n < MEN else "w",
            birth_date=datetime.date(1985 if n < ADULTS else 2015, 3, 1),
            nationalities=next(nations),
            unit=unit,
        )
        for n in range(ADULTS + CHILDREN)
    ]
    write(Person, create=people)
    return people


def _members(people: list[Person], households: list[Household], unit: Any) -> Iterator[Any]:
    """The first 240 adults have a talk each; the others belong to one of them."""
    for n, person in enumerate(people):
        relation = "reference" if n < TALKS else "partner" if n < ADULTS else "child"
        yield HouseholdMember(
            household=households[n % TALKS], person=person, relation=relation, unit=unit
        )


def _flats(unit: Any) -> Iterator[tuple[str, Dwelling]]:
    for number, (town, _count) in enumerate(TOWNS, start=1):
        house = Building(
            street="Erdachte Gasse",
            house_number=str(number),
            postcode="06667",
            city="Musterstadt",
            quarter=town,
            unit=unit,
        )
        house.save()
        flat = Dwelling(building=house, label="EG", unit=unit)
        flat.save()
        yield town, flat


def _answers(talks: list[Any], people: list[Person], asked: Any, unit: Any) -> Iterator[Any]:
    sector = spread(SECTOR, TALKS)
    for n, talk in enumerate(talks):
        reason = "work" if n % 10 else "family"
        for key, value in (("reason", reason), ("work_sector", next(sector))):
            yield InterviewAnswer(
                interview=talk, question=asked[key], value=value, declined=not value, unit=unit
            )
    training = spread(TRAINING, ADULTS)
    for n, person in enumerate(people[:ADULTS]):
        value = next(training)
        yield InterviewAnswer(
            interview=talks[n % TALKS],
            question=asked["training"],
            person=person,
            value=value,
            declined=not value,
            unit=unit,
        )
