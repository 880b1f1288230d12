"""Taking a step: the row locked, everything asked again, one history row, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.policy import policy_of
from history.actor import Source, System, acting_as
from history.recorded import Recorded
from workflow.table import Transition, by_verb

Guard = Callable[[Any], Iterable[str]]
Bar = Callable[[Any, Any], str]


class Refused(Exception):  # noqa: N818  it is an answer, not a failure
    """A step cannot be taken now. `messages`: what stands against it, each to be acted on."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = list(messages)
        super().__init__(" ".join(self.messages))


@dataclass
class Step:
    """A step being taken, as its effect gets it.

    `record`: locked, already in its new state, not yet saved: set fields on it. `source`: the
    state it comes from. `data`: what the dialogue asked for beyond fields of the record.
    """

    record: Any
    transition: Transition
    source: str
    user: Any
    reason: str
    data: Mapping[str, Any]
    at: datetime

    @property
    def person(self) -> Any:
        """Who takes the step, as an account; None where the system does."""
        return None if isinstance(self.user, System) else self.user


@dataclass(frozen=True)
class Offer:
    """A step as a person finds it: `against` says what has to be done first."""

    transition: Transition
    against: list[str]


class Steps:
    """The steps of one collection.

    `guards`: verb → what stands against the step, for anybody; empty if nothing does.
    `bars`: verb → why this person may not take it, "" if they may (drafter and approver).
    `effects`: verb → what else happens, within the same transaction and under the same actor.
    `hints`: verb → what to know before taking the step; it stands in nobody's way.
    """

    def __init__(
        self,
        model: type[Recorded],
        field: str,
        table: Iterable[Transition],
        *,
        guards: Mapping[str, Guard] | None = None,
        bars: Mapping[str, Bar] | None = None,
        effects: Mapping[str, Callable[[Step], None]] | None = None,
        hints: Mapping[str, Guard] | None = None,
    ) -> None:
        self.model: Any = model
        self.field = field
        self.table = by_verb(table)
        self.guards = dict(guards or {})
        self.bars = dict(bars or {})
        self.effects = dict(effects or {})
        self.hints = dict(hints or {})
        strangers = {*self.guards, *self.bars, *self.effects, *self.hints} - set(self.table)
        if strangers:
            raise ValueError(f"{model._meta.label} has no step {', '.join(sorted(strangers))}")

    def state(self, record: Any) -> str:
        return str(getattr(record, self.field))

    def state_in_words(self, record: Any) -> str:
        return str(getattr(record, f"get_{self.field}_display")())

    def may(self, user: Any, transition: Transition, record: Any) -> bool:
        """Whether the person has the right to it, and nothing personal bars them."""
        reaches = self._reaches(user, transition.right, record)
        return reaches and not self.barred(user, transition, record)

    def _reaches(self, user: Any, right: str, record: Any) -> bool:
        if isinstance(user, System):
            return True
        return policy_of(self.model).visible(user, right).filter(pk=record.pk).exists()

    def barred(self, user: Any, transition: Transition, record: Any) -> str:
        bar = self.bars.get(transition.verb)
        return bar(record, user) if bar is not None and not isinstance(user, System) else ""

    def against(self, transition: Transition, record: Any) -> list[str]:
        guard = self.guards.get(transition.verb)
        return list(guard(record)) if guard is not None else []

    def hinted(self, transition: Transition, record: Any) -> list[str]:
        hint = self.hints.get(transition.verb)
        return list(hint(record)) if hint is not None else []

    def offers(self, record: Any, user: Any) -> Iterator[Offer]:
        """The steps to offer on the record's page, with what stands against each.

        One query per right, besides those of bars and guards.
        """
        reaches = cache(lambda right: self._reaches(user, right, record))
        for transition in self.table.values():
            starts = transition.offered and transition.starts_from(self.state(record))
            if starts and reaches(transition.right) and not self.barred(user, transition, record):
                yield Offer(transition, self.against(transition, record))

    def perform(
        self,
        record: Any,
        verb: str,
        *,
        user: Any,
        reason: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> Any:
        """Take the step and return the record as it is then.

        `user`: a person, or a System (which has every right, and is held by every guard).
        Raises Refused (state, guard, missing reason or field), PermissionDenied (right, bar),
        ValidationError (a value of `data` that its field refuses). Nothing is written then.
        """
        transition = self.table[verb]
        origin = f"{self.model._meta.label_lower}:{record.pk}:{verb}"
        with (
            transaction.atomic(),
            acting_as(user, because=reason, source=Source.TRANSITION, origin=origin),
        ):
            locked = self.model._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
            step = Step(
                locked, transition, self.state(locked), user, reason, data or {}, timezone.now()
            )
            self._ask(step)
            self._set(step)
            if transition.target:
                setattr(locked, self.field, transition.target)
            effect = self.effects.get(verb)
            if effect is not None:
                effect(step)
            locked.save()
        return locked

    def _ask(self, step: Step) -> None:
        transition, record = step.transition, step.record
        if not self.may(step.user, transition, record):
            raise PermissionDenied(self.barred(step.user, transition, record))
        if not transition.starts_from(step.source):
            raise Refused([self._too_late(step)])
        if transition.reason and not step.reason.strip():
            raise Refused([_("Bitte einen Grund angeben.")])
        if against := self.against(transition, record):
            raise Refused(against)

    def _too_late(self, step: Step) -> str:
        return _("„%(label)s“ geht nicht im Stand „%(state)s“ (%(reference)s).") % {
            "label": step.transition.label,
            "state": self.state_in_words(step.record),
            "reference": step.record.reference,
        }

    def _set(self, step: Step) -> None:
        record, transition = step.record, step.transition
        for name in transition.sets:
            if name in step.data:
                setattr(record, name, step.data[name])
        missing = [name for name in transition.requires if getattr(record, name) in (None, "")]
        if missing:
            names = ", ".join(str(self.model._meta.get_field(n).verbose_name) for n in missing)
            raise Refused([_("Es fehlt noch: %s.") % names])
        if transition.sets:
            untouched = {f.name for f in self.model._meta.concrete_fields} - {*transition.sets}
            record.full_clean(exclude=untouched)
