"""Reads of interviews: who sits at the desk, what is asked of whom, what is still lacking."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from access.policy import policy_of
from buildings.plans import ages
from cases.interviews import reading, rules
from cases.models import (
    IntakeInterview,
    InterviewAnswer,
    InterviewPresence,
    Question,
    QuestionSet,
    QuestionText,
)
from law.queries import FigureMissing, figure
from people.codes import languages
from people.models import HouseholdMember, Person
from people.queries import members_on

SCHOOL_AGE = "school.age"
PRESENT = datetime.timedelta(seconds=40)


def question_set_on(day: datetime.date) -> QuestionSet | None:
    """The edition in force on the day: released, and the last to have begun."""
    released = QuestionSet.objects.filter(state=rules.Edition.RELEASED, valid_from__lte=day)
    return released.order_by("-valid_from", "-edition").first()


# Who ---------------------------------------------------------------------------------------------------


def members_of(interview: IntakeInterview) -> list[HouseholdMember]:
    """Who belongs to the household on the day of the interview, the contact person first."""
    if interview.household is None:
        return []
    there = members_on(interview.household, interview.held_on)
    return sorted(there, key=lambda member: (member.person_id != interview.person_id, member.pk))


def persons_of(interview: IntakeInterview) -> list[Person]:
    """The same as persons; before there is a household, whoever came."""
    return [member.person for member in members_of(interview)] or [interview.person]


def born(person: Person) -> ages.Born | None:
    if person.birth_date:
        return ages.born_on(person.birth_date)
    if person.birth_year:
        return ages.born_in(person.birth_year, person.birth_month)
    return None


def is_child_on(person: Person, day: datetime.date) -> bool:
    """Surely under age; of whom nothing is known is asked what adults are asked."""
    known = born(person)
    return known is not None and known.surely_below(ages.ADULT, day)


def groups_of(persons: Sequence[Person], day: datetime.date) -> dict[int | None, set[str]]:
    """Person → which questions are asked of them; None: those asked once for all."""
    groups: dict[int | None, set[str]] = {None: {rules.AskedOf.HOUSEHOLD}}
    for person in persons:
        is_child = is_child_on(person, day)
        groups[person.pk] = {rules.AskedOf.CHILD if is_child else rules.AskedOf.ADULT}
    children = [person for person in persons if rules.AskedOf.CHILD in groups[person.pk]]
    begins = _school_age_on(day) if children else 0
    for child in children:
        known = born(child)
        if known is not None and not known.surely_below(begins, day):
            groups[child.pk].add(rules.AskedOf.PUPIL)
    return groups


def _school_age_on(day: datetime.date) -> int:
    """While the office has entered none, every child is asked about school."""
    try:
        return figure(SCHOOL_AGE, day).count
    except FigureMissing:
        return 0


# What --------------------------------------------------------------------------------------------------


@dataclass
class Asked:
    """One question to one person or to all. `answer`: the stored one, None if there is none."""

    question: Question
    person: Person | None
    answer: InterviewAnswer | None = None
    text: QuestionText | None = None
    #: Whether its condition is met: else it is not shown, and what stands there does not count.
    applies: bool = True

    @property
    def answered(self) -> bool:
        return self.answer is not None and bool(self.answer.value or self.answer.declined)

    @property
    def condition(self) -> reading.Condition | None:
        try:
            return reading.read_condition(self.question.condition)
        except reading.Unreadable:
            return None


@dataclass
class Sitting:
    """An interview with everything that is asked in it. A handful of queries for all of it."""

    interview: IntakeInterview
    persons: list[Person] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def judge_conditions(self) -> None:
        """Earlier answers decide; an answer to a question that does not apply decides nothing."""
        given: dict[int | None, dict[str, str]] = defaultdict(dict)
        for each in self.asked:
            whose = each.person.pk if each.person else None
            if (condition := each.condition) is not None:
                each.applies = condition.holds({**given[None], **given[whose]})
            if each.applies and each.answer is not None:
                given[whose][each.question.key] = each.answer.value

    def lacking(self) -> Iterator[Asked]:
        """What has to be answered under registration law and is not."""
        for each in self.asked:
            compulsory = each.question.obligation == rules.Obligation.COMPULSORY
            if compulsory and each.applies and not each.answered:
                yield each

    def count(self) -> tuple[int, int]:
        """How many of the questions that apply are answered."""
        open_to = [each for each in self.asked if each.applies]
        return sum(each.answered for each in open_to), len(open_to)


def sitting_of(interview: IntakeInterview, language: str = "") -> Sitting:
    """What is asked in the interview, in order; with the texts of `language`."""
    persons = persons_of(interview)
    found = Sitting(interview, persons)
    if interview.question_set_id is None:
        return found
    answers = {(a.question_id, a.person_id): a for a in interview.answers.all()}
    groups = groups_of(persons, interview.held_on)
    for question in questions_of(interview.question_set_id, language):
        texts: list[QuestionText] = list(question.texts.all()) if language else []
        for person in (None, *persons):
            if question.asked_of in groups[person.pk if person else None]:
                answer = answers.get((question.pk, person.pk if person else None))
                found.asked.append(Asked(question, person, answer, texts[0] if texts else None))
    found.judge_conditions()
    return found


def questions_of(question_set: int, language: str = "") -> list[Question]:
    """The questions in order; `texts` then holds those of the one language."""
    texts = QuestionText.objects.filter(language=language)
    questions = Question.objects.filter(question_set=question_set).order_by("position", "pk")
    return list(questions.prefetch_related(Prefetch("texts", queryset=texts)))


def lacking(interview: IntakeInterview) -> list[str]:
    """What stands against completing the interview, in words."""
    found = []
    for each in sitting_of(interview).lacking():
        about = name_of(each.person) if each.person else ""
        said = f"„{each.question.text}“" + (f" ({about})" if about else "")
        found.append(_("Pflicht nach Melderecht, noch ohne Antwort: %s") % said)
    return found


def name_of(person: Person) -> str:
    return f"{person.given_names} {person.family_name}".strip()


def without_step(interview: IntakeInterview) -> list[str]:
    """Topics about which nothing has been agreed, in words."""
    return [
        _("Zum Thema „%s“ ist noch kein nächster Schritt vereinbart.") % topic.get_topic_display()
        for topic in interview.topics.filter(agreed_step="").order_by("pk")
    ]


def portal_languages() -> dict[str, str]:
    """Code → German name of the languages in which the portal speaks, other than German."""
    names = dict(languages())
    codes = [code for code, _name in settings.LANGUAGES]
    return {code: names[code] for code in codes if code in names and code != "de"}


def untranslated(question_set: QuestionSet) -> list[str]:
    """What newcomers read in German only, or in words that nobody has checked."""
    spoken = portal_languages()
    return [
        *open_translations(question_set, spoken),
        *unchecked_translations(question_set, spoken),
    ]


def open_translations(question_set: QuestionSet, spoken: Mapping[str, str]) -> list[str]:
    """Languages in which questions are missing, in words: "Polnisch: 3 von 16 Fragen fehlen"."""
    wanted = question_set.questions.count()
    told = []
    for code, name in spoken.items():
        there = QuestionText.objects.filter(question__question_set=question_set, language=code)
        if missing := wanted - there.count():
            told.append(
                _("%(language)s: %(missing)d von %(all)d Fragen fehlen.")
                % {"language": name, "missing": missing, "all": wanted}
            )
    return told


def unchecked_translations(question_set: QuestionSet, spoken: Mapping[str, str]) -> list[str]:
    """Languages with texts that nobody has compared with the German question as it stands now."""
    texts = QuestionText.objects.filter(question__question_set=question_set, language__in=spoken)
    unchecked: dict[str, int] = defaultdict(int)
    there: dict[str, int] = defaultdict(int)
    reworded = _reworded(question_set)
    for code, question, checked_on in texts.values_list("language", "question", "checked_on"):
        there[code] += 1
        since = reworded.get(question)
        unchecked[code] += checked_on is None or (since is not None and checked_on < since)
    return [
        _("%(language)s: %(unchecked)d von %(all)d Übersetzungen sind nicht geprüft.")
        % {"language": name, "unchecked": unchecked[code], "all": there[code]}
        for code, name in spoken.items()
        if unchecked[code]
    ]


def _reworded(question_set: QuestionSet) -> dict[int, datetime.date]:
    """Question → the last day on which its German words were changed; not that of its beginning."""
    rows = Question.history.filter(question_set=question_set.pk).order_by("id", "version")
    before: dict[int, tuple[str, ...]] = {}
    changed: dict[int, datetime.date] = {}
    for pk, at, *words in rows.values_list("id", "history_date", "text", "help", "choices"):
        if pk in before and before[pk] != tuple(words):
            changed[pk] = timezone.localdate(at)
        before[pk] = tuple(words)
    return changed


def may_amend(interview: IntakeInterview, user: Any) -> bool:
    """Whether this person may correct it now, with a reason."""
    mine = policy_of(IntakeInterview).visible(user, rules.AMEND).filter(pk=interview.pk)
    return interview.state in rules.HELD and mine.exists()


def draft_of(interview: IntakeInterview, user: Any) -> str:
    """What the user's own browser keeps unsaved typing under."""
    return f"{user.pk}:{interview.pk}"


# Who else ----------------------------------------------------------------------------------------------


def others_at(interview: IntakeInterview, user: Any) -> list[str]:
    """The colleagues who have the interview open right now."""
    since = timezone.now() - PRESENT
    there = InterviewPresence.objects.filter(interview=interview, seen_at__gte=since)
    return [str(each.user) for each in there.exclude(user=user).select_related("user")]


# Today -------------------------------------------------------------------------------------------------

#: Who waits comes first, then what is due, then what is over.
_ORDER = {
    state: place
    for place, state in enumerate(
        (
            *(rules.State.RUNNING, rules.State.WAITING, rules.State.SCHEDULED),
            *(rules.State.COMPLETED, rules.State.CLOSED, rules.State.NO_SHOW),
            rules.State.CANCELLED,
        )
    )
}


def interviews_on(day: datetime.date, user: Any) -> list[IntakeInterview]:
    """The interviews of a day that the person may see, in the order in which they are looked after."""
    found: QuerySet[Any] = policy_of(IntakeInterview).visible(user).filter(held_on=day)
    noon = datetime.time(12)
    return sorted(
        found.select_related("officer"),
        key=lambda each: (
            _ORDER[rules.State(each.state)],
            each.waiting_since.timestamp() if each.waiting_since else 0,
            each.starts_at or noon,
            each.pk,
        ),
    )
