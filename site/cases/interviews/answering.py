"""The blocks about the interview itself: answers, the dwelling, topics, its beginning and its end."""

from __future__ import annotations

from typing import Any

from babel import Locale, UnknownLocaleError
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from access.policy import policy_of
from backoffice.naming import headline
from buildings.models import Dwelling
from cases.interviews import reading, rules
from cases.interviews.blocks import MergedBlock, NewRow, Slot, Values
from cases.interviews.dwellings import named, one_by_text
from cases.interviews.forms import DECLINED, AnswerForm, HomeForm, TopicForm
from cases.interviews.queries import Asked
from cases.models import IntakeInterview, InterviewAnswer, InterviewTopic


def direction(language: str) -> str:
    """ "rtl" or "ltr"."""
    try:
        return str(Locale.parse(language).text_direction)
    except (UnknownLocaleError, ValueError, TypeError):
        return "ltr"


class AnswerBlock(MergedBlock):
    """One question to one person or to all, in German and in the person's language."""

    template = "cases/interviews/includes/answer.html"
    whole = True

    def __init__(
        self, asked: Asked, interview: IntakeInterview, data: Any, *, amending: bool = False
    ) -> None:
        self.asked, self.question = asked, asked.question
        answer = asked.answer or InterviewAnswer(
            interview=interview, question=asked.question, person=asked.person, unit=interview.unit
        )
        answer.question = asked.question
        answer.interview = interview
        answer.amending = amending  # type: ignore[attr-defined]
        slot = Slot(answer, "value", "declined")
        prefix = f"q{asked.question.pk}"
        if asked.person is not None:
            prefix += f"p{asked.person.pk}"
        self.choices = reading.choices_of(asked.question)
        form = AnswerForm(
            data,
            prefix=prefix,
            question=asked.question,
            choices=self.choices,
            initial={"version": str(slot.version), **self._initial(answer)},
        )
        super().__init__(prefix, form, slot)

    def _initial(self, answer: InterviewAnswer) -> Values:
        kind, value = self.question.kind, answer.value
        if answer.declined and kind in (rules.Kind.CHOICE, rules.Kind.YES_NO):
            return {"value": DECLINED}
        if kind == rules.Kind.CHOICES:
            return {"value": value.split(",") if value else [], "declined": answer.declined}
        return {
            "value": reading.answer_in_words(kind, {}, value) if kind == rules.Kind.DATE else value,
            "declined": answer.declined,
        }

    def store(self) -> None:
        super().store()
        answer = self.slots[0].record
        if answer.pk is not None:
            self.asked.answer = answer

    def wanted(self) -> list[Values]:
        typed = self.form.cleaned_data
        return [{"value": typed["value"], "declined": typed["declined"]}]

    def in_words(self, slot: Slot, name: str) -> str:
        if name == "declined":
            return _("ja") if slot.record.declined else _("nein")
        kind, value = self.question.kind, slot.record.value
        return reading.answer_in_words(kind, self.choices, value) or "–"

    # For the screen -------------------------------------------------------------------------------

    @cached_property
    def theirs(self) -> dict[str, str]:
        """Code → text in the person's language."""
        if self.asked.text is None:
            return {}
        try:
            return reading.read_choices(self.asked.text.choices)
        except reading.Unreadable:
            return {}

    @property
    def options(self) -> list[tuple[Any, str, str]]:
        """Each choice as (its field, its text in the person's language, the key that takes it)."""
        told = []
        for number, choice in enumerate(self.form["value"], start=1):
            code = str(choice.data["value"])
            key = "0" if code == DECLINED else str(number) if number < 10 else ""
            told.append((choice, self.theirs.get(code, ""), key))
        return told


class HomeBlock(MergedBlock):
    """The dwelling and what the household says of it."""

    template = "cases/interviews/includes/home.html"
    _STATED = ("area_stated", "rooms_stated", "persons_in_dwelling", "landlord_confirmation")

    def __init__(self, interview: IntakeInterview, user: Any, data: Any) -> None:
        self.interview, self.user = interview, user
        slot = Slot(interview, "dwelling_id", "dwelling_text", *self._STATED)
        form = HomeForm(
            data,
            prefix="home",
            initial={
                "version": str(slot.version),
                "dwelling": self._shown(),
                **{name: getattr(interview, name) for name in self._STATED},
            },
        )
        super().__init__("home", form, slot)

    def _shown(self) -> str:
        dwelling = self.interview.dwelling
        return named(dwelling, self.user) if dwelling else self.interview.dwelling_text

    def wanted(self) -> list[Values]:
        typed = self.form.cleaned_data
        text = typed["dwelling"].strip()
        if text == self._shown():
            dwelling, text = self.interview.dwelling_id, self.interview.dwelling_text
        else:
            found = one_by_text(text, self.user)
            dwelling, text = (found.pk, "") if found else (None, text)
        home = {"dwelling_id": dwelling, "dwelling_text": text}
        return [home | {name: typed[name] for name in self._STATED}]

    def in_words(self, slot: Slot, name: str) -> str:
        if name != "dwelling_id":
            return super().in_words(slot, name)
        seen: QuerySet[Any] = policy_of(Dwelling).visible(self.user)
        there = seen.filter(pk=slot.record.dwelling_id or 0).first()
        return headline(there, self.user) if there else "–"


class FieldsBlock(MergedBlock):
    """Some plain fields of the interview. `proposed`: what an empty one begins with."""

    template = "cases/interviews/includes/fields.html"

    def __init__(
        self,
        prefix: str,
        form_class: Any,
        interview: IntakeInterview,
        data: Any,
        proposed: Values,
    ) -> None:
        names = [name for name in form_class.base_fields if name != "version"]
        slot = Slot(interview, *names)
        stored = {name: value or proposed.get(name, value) for name, value in slot.stored().items()}
        initial = {"version": str(slot.version), **stored}
        super().__init__(prefix, form_class(data, prefix=prefix, initial=initial), slot)
        self.names = names

    def wanted(self) -> list[Values]:
        return [{name: self.form.cleaned_data[name] for name in self.names}]


class TopicBlock(MergedBlock):
    template = "cases/interviews/includes/topic.html"

    def __init__(self, topic: InterviewTopic, data: Any) -> None:
        self.topic = topic
        prefix = f"t{topic.pk}"
        slot = Slot(topic, "agreed_step")
        form = TopicForm(
            data,
            prefix=prefix,
            initial={"version": str(slot.version), "agreed_step": topic.agreed_step},
        )
        del form.fields["topic"]
        super().__init__(prefix, form, slot)

    def wanted(self) -> list[Values]:
        return [{"agreed_step": self.form.cleaned_data["agreed_step"]}]

    def store(self) -> None:
        if self.sent and self.form.is_valid() and self.form.cleaned_data["remove"]:
            self.topic.delete()
            self.changed = True
            return
        super().store()


class NewTopicBlock(NewRow):
    """The empty row, offering the topics that are not there yet."""

    template = "cases/interviews/includes/new_topic.html"

    def __init__(self, interview: IntakeInterview, topics: list[InterviewTopic], data: Any) -> None:
        self.interview = interview
        self.there = {topic.topic: topic for topic in topics}
        form = TopicForm(data, prefix="t-new", initial={"version": "0"})
        field: Any = form.fields["topic"]
        field.choices = [pair for pair in field.choices if pair[0] not in self.there or data]
        super().__init__("t-new", form)

    def store(self) -> None:
        if not self.sent or not self.form.is_valid() or not self.form.cleaned_data["topic"]:
            return
        typed = self.form.cleaned_data
        self.changed = True
        if typed["topic"] in self.there:
            self._say_more(self.there[typed["topic"]], typed["agreed_step"])
            return
        self._made(
            InterviewTopic(
                interview=self.interview,
                topic=typed["topic"],
                agreed_step=typed["agreed_step"],
                unit=self.interview.unit,
            )
        )

    def _say_more(self, topic: InterviewTopic, step: str) -> None:
        """Sent twice, or by two people at once: what was agreed first stays."""
        if step and step != topic.agreed_step:
            told = f"{topic.get_topic_display()}: {topic.agreed_step or '–'}"
            self.conflict = _("Dieses Thema ist schon eingetragen: %s.") % told
