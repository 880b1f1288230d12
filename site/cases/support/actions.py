"""The steps of a support case, its contact notes, and the one task that its next step is."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import Membership
from agenda.actions import add_task, cancel_tasks, finish_tasks
from cases.answering import answer_referral
from cases.models import ContactNote, Referral, SupportCase
from cases.referrals import rules as referral_rules
from cases.support import rules
from workflow import Refused, Step, Steps

NEXT_STEP = "support.next_step"


def plan_next(case: SupportCase) -> None:
    """The next step stands before the team as one task; the one before it no longer does.

    Its title tells nothing of the person: tasks are read in more places than the case is.
    """
    cancel_tasks(owner=case, origin=NEXT_STEP)
    if case.next_on is None or case.is_settled:
        return
    looking_back = case.state == rules.State.FOLLOW_UP
    add_task(
        title=_("Nachschau halten") if looking_back else _("Nächster Schritt der Begleitung"),
        owner=case,
        due_on=case.next_on,
        assignee=case.case_worker,
        origin=NEXT_STEP,
    )


@transaction.atomic
def add_note(note: ContactNote) -> ContactNote:
    """Store a new note, by the actor in force. Its next step becomes that of the case.

    Raises Refused where the case has ended, ValidationError for a note that is none.
    """
    cases = SupportCase.objects.select_for_update(of=("self",))
    case = cases.get(pk=note.support_case_id)
    if case.is_settled:
        raise Refused(
            [
                _("%(reference)s ist beendet. Zum Weiterschreiben bitte wieder öffnen.")
                % {"reference": case.reference}
            ]
        )
    note.unit = case.unit
    note.full_clean()
    note.save()
    if note.next_step:
        case.next_step, case.next_on = note.next_step, note.next_on
        case.save()
        plan_next(case)
    return note


def _its_own_team(step: Step) -> None:
    """Whoever accompanies belongs to the team of the case: nobody else reads it."""
    case = step.record
    if not Membership.objects.filter(user=case.case_worker, unit=case.unit).exists():
        told = _("%(name)s gehört nicht zur Stelle „%(unit)s“.")
        named = {"name": case.case_worker, "unit": case.unit}
        raise ValidationError({"case_worker": [told % named]})
    plan_next(case)


def _look_back(step: Step) -> None:
    case = step.record
    if case.next_on < timezone.localdate(step.at):
        raise ValidationError({"next_on": [_("Dieser Tag ist schon vorbei.")]})
    case.next_step = ""
    plan_next(case)


def _resume(step: Step) -> None:
    finish_tasks(owner=step.record, origin=NEXT_STEP)
    step.record.next_step, step.record.next_on = "", None


def _end(step: Step) -> None:
    case = step.record
    case.closed_on = timezone.localdate(step.at)
    case.next_step, case.next_on = "", None
    cancel_tasks(owner=case)
    answer_referral(step)


def _was_referred(case: SupportCase) -> list[str]:
    """Handing over means that the other side has been told, by a referral that was sent."""
    sent = (*referral_rules.UNDER_WAY, referral_rules.State.DONE)
    referrals = Referral.objects.filter(
        unit=case.unit, person=case.person_id, state__in=sent, drafted_on__gte=case.opened_on
    )
    if referrals.exists():
        return []
    return [_("Es ist noch keine Vermittlung an eine andere Stelle gesendet.")]


def _reopen(step: Step) -> None:
    step.record.close_reason, step.record.closed_on = "", None


SUPPORT_STEPS = Steps(
    SupportCase,
    "state",
    rules.SUPPORT,
    guards={"transfer": _was_referred},
    effects={
        "agree_plan": lambda step: plan_next(step.record),
        "begin": _its_own_team,
        "follow_up": _look_back,
        "resume": _resume,
        "close": _end,
        "transfer": _end,
        "reopen": _reopen,
    },
)
