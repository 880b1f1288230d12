"""Where the reach on the helping side differs: what is settled stands, and who was sent to reads."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import apps
from django.db.models import Model, Q

from access.policy import NOWHERE, RecordPolicy, reach_of
from cases.interviews import rules as interview_rules
from cases.referrals import rules as referral_rules
from cases.school import rules as school_rules
from cases.support import rules as support_rules
from catalogue import Scope


def _except(condition: Q, excluded: Q) -> Q:
    return NOWHERE if condition == NOWHERE else condition & ~excluded


class _Settling(RecordPolicy):
    """A record that its steps have settled is there to be read."""

    verbs: ClassVar[tuple[str, ...]] = ("change", "delete")
    settled: ClassVar[Q]

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        condition = super().reach(user, verb, pk)
        return _except(condition, self.settled) if verb in self.verbs else condition


class InterviewPolicy(_Settling):
    """Held interviews are corrected by an amendment, not in the form."""

    settled = Q(state__in=interview_rules.SETTLED)


class PartPolicy(_Settling):
    """What belongs to an interview is as settled as the interview."""

    settled = Q(interview__state__in=interview_rules.SETTLED)


class QuestionSetPolicy(_Settling):
    """A released edition does not change: answers refer to it."""

    settled = Q(state=interview_rules.Edition.RELEASED)


class QuestionPolicy(_Settling):
    settled = Q(question_set__state=interview_rules.Edition.RELEASED)


class QuestionTextPolicy(RecordPolicy):
    """A translation may be mended at any time: the question it stands for does not change."""


class ConsentPolicy(_Settling):
    """What was withdrawn stands, and so does what a referral was once sent on."""

    settled = Q(state=referral_rules.ConsentState.WITHDRAWN)

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        condition = super().reach(user, verb, pk)
        if verb not in self.verbs or condition == NOWHERE:
            return condition
        begun = apps.get_model("cases.Referral").objects.exclude(state=referral_rules.State.DRAFT)
        rested_on = begun.exclude(consent=None).values("consent")
        return condition & ~Q(**{f"{pk}__in": rested_on})


class SupportPolicy(_Settling):
    settled = Q(state__in=support_rules.SETTLED)


class NotePolicy(_Settling):
    settled = Q(support_case__state__in=support_rules.SETTLED)


class PlacementPolicy(_Settling):
    settled = Q(state=school_rules.State.ENDED)


class ReferralPolicy(RecordPolicy):
    """The sender's, and from the day it is sent the recipient's, with nothing else behind it.

    Whoever receives answers; for a recipient without an account the sender enters the answer.
    A sent referral no longer changes: the other side must not read tomorrow what was not sent.
    What the sender knows besides (whom its number means, the interview, the consent) stays there.
    """

    WITHHELD = frozenset({"person", "interview", "consent", "basis_ref"})

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        condition = super().reach(user, verb, pk)
        mine = reach_of(user)
        scopes = mine.scopes.get((self.model._meta.label_lower, verb), set())
        if verb == "change":
            return _except(condition, ~Q(state=referral_rules.State.DRAFT))
        if Scope.UNIT not in scopes or verb not in ("view", referral_rules.ANSWER):
            return condition
        if verb == referral_rules.ANSWER:
            own_hand = Q(to_unit=None) | Q(to_unit_id__in=mine.unit_ids)
            return _received(user) | (condition & own_hand)
        return condition | _received(user)

    def partly(self, user: Any) -> tuple[Q, frozenset[str]]:
        """What is only received is read without what the sender keeps."""
        whole = super().reach(user, "view")
        if whole == Q():
            return NOWHERE, frozenset()
        return _received(user) & ~whole, self.WITHHELD

    def told_since(self, user: Any, record: Model) -> int:
        """Whoever receives it reads on from the sending."""
        if not self.in_part(user, [record]):
            return 0
        rows = self.model.history.filter(id=record.pk, state=referral_rules.State.SENT)
        return int(rows.order_by("version").values_list("version", flat=True).first() or 1)


def _received(user: Any) -> Q:
    return Q(to_unit_id__in=reach_of(user).unit_ids, state__in=referral_rules.RECEIVED)
