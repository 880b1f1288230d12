"""Taking somebody out of the household who was entered by mistake while people talked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _

from access.policy import policy_of
from buildings.plans.actions import write_people
from cases.interviews import queries
from cases.models import IntakeInterview, Referral
from catalogue.naming import is_collection
from history.actor import because
from people.merging import about, references
from people.models import HouseholdMember
from workflow import Refused


@dataclass
class Removal:
    """What taking a member out comes to.

    `parts`: answers and papers of this interview, and lines of its plan, that go along.
    `person_goes`: whether the person's record goes too: it was entered together with the
    membership. `long_standing`: whether the household had this member before the interview.
    `against`: why it cannot be done, in words.
    """

    member: HouseholdMember
    name: str
    parts: list[Any] = field(default_factory=list)
    person_goes: bool = False
    long_standing: bool = False
    against: list[str] = field(default_factory=list)

    def parts_in_words(self) -> list[str]:
        """ "3 Antworten", "1 gesehene Unterlage"."""
        kinds: dict[Any, int] = {}
        for part in self.parts:
            kinds[part._meta] = kinds.get(part._meta, 0) + 1
        return [
            f"{count} {meta.verbose_name if count == 1 else meta.verbose_name_plural}"
            for meta, count in kinds.items()
        ]


def removable(interview: IntakeInterview, user: Any) -> list[HouseholdMember]:
    """The members whom this person may take out at all; never whoever is being interviewed."""
    members = queries.members_of(interview)
    mine: Any = policy_of(HouseholdMember).visible(user, "delete")
    allowed = set(mine.filter(pk__in=[m.pk for m in members]).values_list("pk", flat=True))
    return [m for m in members if m.pk in allowed and m.person_id != interview.person_id]


def removal_of(interview: IntakeInterview, member: HouseholdMember, user: Any) -> Removal:
    person = member.person
    found = Removal(member, queries.name_of(person))
    found.parts = [
        *interview.answers.filter(person=person),
        *interview.documents.filter(person=person),
        *_lines_of_the_draft(interview, member),
    ]
    joined = HouseholdMember.history.filter(id=member.pk).order_by("version").first()
    entered = type(person).history.filter(id=person.pk).order_by("version").first()
    found.person_goes = joined.history_request_id == entered.history_request_id
    begun = interview.started_at
    found.long_standing = begun is None or joined.history_date < begun
    if found.long_standing:
        found.against.append(_("%s gehörte schon vor diesem Gespräch zum Haushalt.") % found.name)
    elif found.person_goes:
        found.against += _what_hangs_on(found, user)
    elif Referral.objects.filter(interview=interview, person=person).exists():
        found.against.append(_("Aus diesem Gespräch ist %s schon vermittelt.") % found.name)
    return found


def _lines_of_the_draft(interview: IntakeInterview, member: HouseholdMember) -> list[Any]:
    plan = interview.plan
    if plan is None or not plan.is_open:
        return []
    return list(plan.entries.filter(person=member.person_id))


def _what_hangs_on(removal: Removal, user: Any) -> Iterator[str]:
    """Kinds only, and of what this person has no part in not even that."""
    going = {(type(record), record.pk) for record in (removal.member, *removal.parts)}
    kinds = set()
    for model, name in references():
        referring = model._base_manager.filter(**about(model, name, removal.member.person_id))
        pks = referring.values_list("pk", flat=True)
        if any((model, pk) not in going for pk in pks):
            kinds.add(model)
    if not kinds:
        return
    told = sorted(
        str(kind._meta.verbose_name_plural)
        for kind in kinds
        if is_collection(kind) and policy_of(kind).may(user, "view")
    )
    about_it = {"name": removal.name, "kinds": ", ".join(told) or _("andere Einträge")}
    yield (
        _("Zu %(name)s gibt es schon: %(kinds)s. Solange bleibt die Person im Haushalt.") % about_it
    )


@transaction.atomic
def remove_member(interview: IntakeInterview, member: HouseholdMember, *, user: Any) -> Removal:
    """Take the member out, with what was answered for them here. By the actor in force.

    Each record that goes leaves its row in the history. Raises Refused, and nothing is written.
    """
    locked = IntakeInterview.objects.select_for_update(of=("self",)).get(pk=interview.pk)
    if locked.is_settled:
        raise Refused(
            [_("Das Gespräch ist abgeschlossen. Der Haushalt ändert sich hier nicht mehr.")]
        )
    removal = removal_of(locked, member, user)
    if removal.against:
        raise Refused(removal.against)
    with because(_("Irrtümlich in den Haushalt aufgenommen")):
        lines = _lines_of_the_draft(locked, member)
        if lines and locked.plan is not None:
            write_people(locked.plan, kept=[], removed=lines)
        for part in removal.parts:
            if part not in lines:
                part.delete()
        member.delete()
        if removal.person_goes:
            try:
                member.person.delete()
            except ProtectedError:  # somebody has just referred to it
                raise Refused(
                    [_("Zu %s gibt es inzwischen andere Einträge.") % removal.name]
                ) from None
    return removal
