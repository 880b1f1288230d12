"""The steps of closures and of rehousing, and what the place makes of them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agenda.actions import add_task, finish_tasks
from buildings.actions import set_state
from buildings.models import Dwelling
from inspections import rules as case_rules
from inspections.enforcement import closing, queries
from inspections.enforcement.actions.following import happened, today
from inspections.models import Closure, RehousingNeed
from workflow import Step, Steps

PROVIDE = "closure.rehousing"
REOPENING = "closure.reopening"


def _take_effect(step: Step) -> None:
    happened(step, "effective_from", "notice_posted_on")
    step.record.executed_by = step.person
    _place_follows(step.record)
    if queries.without_need(step.record):
        add_task(title=_("Unterbringung der Bewohner klären"), owner=step.record, origin=PROVIDE)


def _somebody_is_missing(closure: Closure) -> list[str]:
    if queries.without_need(closure):
        return []
    if closure.needs.exists():
        return [
            _(
                "Alle bekannten Bewohner haben schon eine Zeile. Es geht wieder, sobald weitere "
                "bekannt sind."
            )
        ]
    return [_("Es ist niemand bekannt: weder ein geltender Belegungsplan noch Angetroffene.")]


def _list_residents(step: Step) -> None:
    """One row per resident who has none. What is there stays as it is."""
    closure = step.record
    last = closure.needs.order_by("-number").values_list("number", flat=True).first() or 0
    for number, resident in enumerate(queries.without_need(closure), start=last + 1):
        need = RehousingNeed(
            closure=closure,
            number=number,
            entry=resident.entry,
            present_person=resident.person,
            minor=resident.minor,
            unit=closure.unit,
        )
        need.full_clean()
        need.save()
    finish_tasks(owner=closure, origin=PROVIDE)


def _nobody_known(closure: Closure) -> list[str]:
    if closure.needs.exists():
        return [
            _(
                "Es gibt Bewohner, und für sie gibt es Zeilen. Zu begründen wäre nur, dass niemand "
                "dort wohnt."
            )
        ]
    if queries.residents(closure):
        return [_("Es sind Bewohner bekannt. Bitte für sie eine Unterbringung anlegen.")]
    return []


def _inform(step: Step) -> None:
    happened(step, "youth_office_on")


def _seal(step: Step) -> None:
    happened(step, "sealed_on")


def _request(step: Step) -> None:
    happened(step, "reopening_requested_on")
    add_task(title=_("Zur Öffnung besichtigen"), owner=step.record, origin=REOPENING)


def _record_inspection(step: Step) -> None:
    closure = step.record
    visit = closure.reopening_inspection
    fits = visit.case_id == closure.measure.case_id
    if not fits or visit.state != case_rules.State.LOCKED:
        text = _("Bitte eine Kontrolle dieses Vorgangs wählen, deren Bericht festgeschrieben ist.")
        raise ValidationError({"reopening_inspection": [text]})
    finish_tasks(owner=closure, origin=REOPENING)


def _causes_remain(closure: Closure) -> list[str]:
    unresolved = queries.unresolved(closure.measure).select_related("item").order_by("pk")
    return [
        _("Noch nicht als behoben festgestellt: %(item)s (%(reference)s).")
        % {"item": finding.item.text, "reference": finding.reference}
        for finding in unresolved
    ]


def _second_person(closure: Closure, user: Any) -> str:
    """Four eyes: who closed the place does not open it."""
    if user.pk in (closure.executed_by_id, closure.created_by_id):
        return _("Wer die Sperrung angeordnet oder vollzogen hat, hebt sie nicht auf.")
    return ""


def _lift(step: Step) -> None:
    step.record.lifted_on = today(step)
    step.record.lifted_by = step.person
    _place_follows(step.record)


def _refuse(step: Step) -> None:
    if step.record.sealed_on is None:  # asked for before there was a seal
        step.record.state = closing.ClosureState.EFFECTIVE
    finish_tasks(owner=step.record, origin=REOPENING)


def _somebody_waits(closure: Closure) -> list[str]:
    if closure.needs.filter(state__in=closing.WAITING).exists():
        return [_("Es sind noch Unterbringungen offen. Bitte erst abschließen.")]
    return []


def _withdraw(step: Step) -> None:
    finish_tasks(owner=step.record, origin=PROVIDE)


def _place_follows(closure: Closure) -> None:
    """The place shows "gesperrt" while a closure is in force; a house does so with all its flats."""
    closure.save()  # before the places are asked for their closures
    places: list[Any] = [closure.dwelling or closure.building]
    if closure.dwelling is None:
        places += Dwelling.objects.filter(building=closure.building_id).order_by("pk")
    for place in places:
        set_state(
            place,
            closed=queries.closures_of(place).exists,
            because=closure.reference,
        )


CLOSURE_STEPS = Steps(
    Closure,
    "state",
    closing.CLOSURE,
    guards={
        "list_residents": _somebody_is_missing,
        "state_empty": _nobody_known,
        "seal": queries.against_sealing,
        "lift": _causes_remain,
        "withdraw": _somebody_waits,
    },
    bars={"lift": _second_person, "make_permanent": _second_person},
    effects={
        "take_effect": _take_effect,
        "list_residents": _list_residents,
        "inform_youth_office": _inform,
        "seal": _seal,
        "request_reopening": _request,
        "record_inspection": _record_inspection,
        "lift": _lift,
        "refuse": _refuse,
        "withdraw": _withdraw,
    },
)

NEED_STEPS = Steps(RehousingNeed, "state", closing.NEED)


@transaction.atomic
def edit_need(
    need: RehousingNeed, *, user: Any, step: str, responsible: str, **data: Any
) -> RehousingNeed:
    """What a row of the table says: who looks after it, and the step taken, if any.

    `data`: what the step sets. Raises StaleRecord if somebody has changed the row since.
    """
    if responsible != need.responsible:
        need.responsible = responsible
        need.save()
    if not step:
        return need
    done: RehousingNeed = NEED_STEPS.perform(
        need, step, user=user, data={**data, "responsible": responsible}
    )
    return done
