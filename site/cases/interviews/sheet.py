"""The interview as it is filled in: one screen for the household, saved block by block.

Two people may sit at it at once. Whatever is sent is merged with what is stored (`blocks`), under
a lock on the interview, and only if the interview still runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from access.policy import policy_of
from cases.interviews import queries, rules
from cases.interviews.answering import (
    AnswerBlock,
    FieldsBlock,
    HomeBlock,
    NewTopicBlock,
    TopicBlock,
)
from cases.interviews.blocks import Block
from cases.interviews.forms import BeginForm, EndForm, NoteForm
from cases.interviews.household import (
    DocumentBlock,
    MemberBlock,
    NewDocumentBlock,
    NewMemberBlock,
)
from cases.models import IntakeInterview
from history.actor import because
from people.models import HouseholdMember, Person
from workflow import Refused

REASON = "Ankunftsgespräch"


@dataclass
class Part:
    """Blocks under one heading. `hint`: said under it."""

    code: str
    heading: str
    blocks: list[Block] = field(default_factory=list)
    hint: str = ""


class Sheet:
    """The sheet of `interview` for `user`; with `data`, as somebody sent it.

    `amending`: of a held interview; then the household itself is not part of it.
    """

    def __init__(
        self, interview: IntakeInterview, user: Any, data: Any = None, *, amending: bool = False
    ) -> None:
        self.interview, self.user, self.data, self.amending = interview, user, data, amending

    @property
    def begun(self) -> bool:
        return self.interview.state not in rules.AHEAD

    @cached_property
    def sitting(self) -> queries.Sitting:
        language = self.interview.language
        return queries.sitting_of(self.interview, "" if language == "de" else language)

    @cached_property
    def members(self) -> list[HouseholdMember]:
        return queries.members_of(self.interview)

    @cached_property
    def changeable(self) -> set[int]:
        """The persons whose record this user may change; of others only the answers are taken."""
        there = policy_of(Person).visible(self.user, "change")
        return set(there.filter(pk__in=[p.pk for p in self.persons]).values_list("pk", flat=True))

    @property
    def persons(self) -> list[Person]:
        return self.sitting.persons

    # What is on it -----------------------------------------------------------------------------------

    @cached_property
    def parts(self) -> list[Part]:
        proposed = {"language": self._first_language()}
        begin = FieldsBlock("begin", BeginForm, self.interview, self.data, proposed)
        begin.template = "cases/interviews/includes/begin.html"
        opening = Part("begin", _("Beginn"), [begin])
        if not self.begun:
            return [opening]
        household = [] if self.amending else [self._household()]
        return [
            *([] if self.amending else [opening]),
            *household,
            self._documents(),
            Part(
                "home", _("Wohnung und Fläche"), [HomeBlock(self.interview, self.user, self.data)]
            ),
            *self._questions(),
            self._topics(),
            self._end(),
        ]

    def _household(self) -> Part:
        blocks: list[Block] = [
            MemberBlock(member, self.data, is_contact=member.person_id == self.interview.person_id)
            for member in self.members
            if member.person_id in self.changeable
        ]
        new = NewMemberBlock(self.interview, list(self.members), self.data)
        new._user = self.user
        hint = _("Eingabetaste: Person hinzufügen. Vorbelegtes passt oft schon.")
        return Part("household", _("Haushalt"), [*blocks, new], hint)

    def _documents(self) -> Part:
        documents = list(self.interview.documents.select_related("person").order_by("pk"))
        blocks: list[Block] = [DocumentBlock(each, self.persons, self.data) for each in documents]
        new = NewDocumentBlock(self.interview, self.persons, documents, self.data)
        new.amending = self.amending
        for each in documents:
            each.amending = self.amending  # type: ignore[attr-defined]
        hint = _("Nur Art und Gültigkeit. Keine Nummern, keine Kopien.")
        return Part("documents", _("Gesehene Unterlagen"), [*blocks, new], hint)

    def _questions(self) -> Iterator[Part]:
        """Those asked once first, by topic; then each person's own."""
        for person in (None, *self.persons):
            asked = [each for each in self.sitting.asked if each.person is person]
            parts: dict[str, Part] = {}
            for each in asked:
                code = str(each.question.topic) if person is None else f"p{person.pk}"
                heading = (
                    str(each.question.get_topic_display())
                    if person is None
                    else _("Fragen an %s") % queries.name_of(person)
                )
                part = parts.setdefault(code, Part(f"questions-{code}", heading))
                part.blocks.append(
                    AnswerBlock(each, self.interview, self.data, amending=self.amending)
                )
            yield from parts.values()

    def _topics(self) -> Part:
        topics = list(self.interview.topics.order_by("pk"))
        for each in topics:
            each.amending = self.amending  # type: ignore[attr-defined]
        blocks: list[Block] = [TopicBlock(topic, self.data) for topic in topics]
        new = NewTopicBlock(self.interview, topics, self.data)
        new.amending = self.amending
        hint = _("Wobei geholfen werden soll, und was dazu vereinbart ist.")
        return Part("topics", _("Themen und nächste Schritte"), [*blocks, new], hint)

    def _first_language(self) -> str:
        return next(iter(self.interview.person.languages.split(",")), "")

    def _end(self) -> Part:
        proposed = {"information_given_in": self.interview.language}
        end = FieldsBlock("end", EndForm, self.interview, self.data, proposed)
        note = FieldsBlock("note", NoteForm, self.interview, self.data, {})
        may_read = policy_of(IntakeInterview).may(self.user, "confidential")
        return Part("end", _("Abschluss"), [end, note] if may_read else [end])

    @property
    def blocks(self) -> Iterator[Block]:
        for part in self.parts:
            yield from part.blocks

    # Storing -----------------------------------------------------------------------------------------

    def store(self) -> None:
        """Store every block that was sent and is in order, by the actor in force.

        Raises Refused, and stores nothing, if the interview was settled meanwhile.
        """
        with transaction.atomic(), because(REASON):
            locked = IntakeInterview.objects.select_for_update(of=("self",)).get(
                pk=self.interview.pk
            )
            if locked.is_settled:
                raise Refused([settled(locked)])
            self.store_onto(locked)

    def store_onto(self, locked: IntakeInterview) -> None:
        self.interview = locked
        self._forget()
        for block in self.blocks:
            block.store()

    def _forget(self) -> None:
        """Read anew, now that nobody else can write."""
        for name in ("sitting", "members", "changeable", "parts"):
            self.__dict__.pop(name, None)

    # What is told ------------------------------------------------------------------------------------

    @property
    def in_order(self) -> bool:
        return not any(block.faulty for block in self.blocks)

    @property
    def clashes(self) -> bool:
        return any(block.conflict for block in self.blocks)

    def versions(self) -> dict[str, str]:
        """Prefix → stored version, for the next save from the same page."""
        return {block.prefix: block.version for block in self.blocks if block.slots}

    def problems(self) -> dict[str, list[str]]:
        """Prefix → what was not stored, in words."""
        return {block.prefix: told for block in self.blocks if (told := block.problems())}

    @property
    def changed(self) -> bool:
        """Whether there are now other blocks than on the page this came from."""
        return any(block.changed for block in self.blocks)


def settled(interview: IntakeInterview) -> str:
    return _("%(reference)s ist im Stand „%(state)s“. Hier wird nichts mehr gespeichert.") % {
        "reference": interview.reference,
        "state": interview.get_state_display(),
    }
