"""Issuing an order and sending it off."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.actions import add_task, finish_tasks, set_deadline
from agenda.rules import Deemed, deemed_delivery
from inspections.enforcement import letters, queries, serving
from inspections.enforcement.actions.following import (
    UNDELIVERED,
    in_words,
    place_follows,
    run_compliance,
    stop,
    today,
)
from inspections.enforcement.rules import AppealState
from inspections.enforcement.serving import DeliveryState
from inspections.models import Delivery, Measure, NumberRange, Order
from law.queries import figure
from papers.actions import freeze
from workflow import Step


def against_issuing(measure: Measure) -> list[str]:
    found = letters.against_addressee(measure)
    if measure.deadline_on is not None and measure.deadline_on < timezone.localdate():
        found.append(
            _("Die Frist im Entwurf (%(day)s) ist schon abgelaufen. Bitte zurückgeben lassen.")
            % {"day": in_words(measure.deadline_on)}
        )
    return found


def next_number(series: str, year: int) -> str:
    """The next number of a series, "2026-00017". The row stays held until the transaction ends."""
    NumberRange.objects.get_or_create(series=series, year=year)
    row = NumberRange.objects.select_for_update().get(series=series, year=year)
    row.last += 1
    row.save()
    return f"{year}-{row.last:05d}"


def issue(step: Step) -> None:
    """Number, wording and address are fixed together; a correction refers to what it replaces."""
    measure = step.record
    number = next_number("order", today(step).year)
    context = letters.order_context(measure, user=step.user, number=number)
    order = Order(
        measure=measure,
        number=number,
        issued_on=today(step),
        signed_by=step.person,
        addressee_frozen="\n".join(context["empfaenger"]["anschrift"]),
        text_frozen=letters.wording_of(measure, context, step.at),
        corrects=queries.order_in_force(measure),
        unit=measure.unit,
    )
    order.full_clean()
    order.save()
    freeze(
        owner=order,
        code=letters.ORDER,
        context=context,
        at=step.at,
        subjects=letters.subjects_of(measure),
    )
    measure.appeal_state, measure.appeal_on = AppealState.NONE, None
    place_follows(measure)


def _dispatch(step: Step) -> Delivery:
    order = queries.order_in_force(step.record)
    assert order is not None  # noqa: S101  # no state after "issued" without one
    delivery = Delivery(
        order=order,
        method=step.data["method"],
        dispatched_on=step.data["dispatched_on"],
        unit=step.record.unit,
    )
    if delivery.dispatched_on < order.issued_on:
        raise ValidationError({"dispatched_on": [_("Das liegt vor dem Erlass des Bescheids.")]})
    if delivery.dispatched_on > today(step):
        raise ValidationError({"dispatched_on": [_("Dieser Tag liegt in der Zukunft.")]})
    finish_tasks(owner=step.record, origin=UNDELIVERED)
    return delivery


def post(step: Step) -> None:
    delivery = _dispatch(step)
    deemed = presumed(delivery)
    delivery.state = DeliveryState.DEEMED
    delivery.deemed_on = deemed.on
    delivery.explanation = deemed.explanation
    delivery.hint = " ".join(filter(None, (deemed.hint, too_short(step.record, deemed.latest_on))))
    delivery.full_clean()
    delivery.save()
    _run(step.record, deemed.latest_on)


def presumed(delivery: Delivery) -> Deemed:
    """When what was sent this way counts as arrived, by the figure of the day it was sent."""
    key = serving.PRESUMED_BY[serving.DeliveryMethod(delivery.method)]
    return deemed_delivery(delivery.dispatched_on, figure(key, delivery.dispatched_on).count)


def too_short(measure: Measure, received_on: datetime.date) -> str:
    """That nobody can meet a deadline that is over when the order arrives; "" where there is time."""
    if measure.deadline_on is None or measure.deadline_on > received_on:
        return ""
    return _(
        "Die Frist des Bescheids (%(deadline)s) endet, bevor er als zugegangen gilt. Bitte früher "
        "zustellen und den Zugang nachweisen, die Frist verlängern oder den Bescheid berichtigen."
    ) % {"deadline": in_words(measure.deadline_on)}


def serve(step: Step) -> None:
    delivery = _dispatch(step)
    delivery.full_clean()
    delivery.save()


def _run(measure: Measure, received_on: datetime.date) -> None:
    """Let the deadlines run that follow from the service: objection, compliance, follow-up."""
    set_deadline(
        owner=measure,
        kind=queries.APPEAL,
        event_on=received_on,
        length_key="appeal.period",
        title=_("Widerspruchsfrist"),
    )
    run_compliance(measure, received_on)


def delivered(step: Step) -> None:
    if not step.record.is_suspended:
        _run(step.record, step.data["received_on"])


def undeliverable(step: Step) -> None:
    stop(step.record)
    add_task(title=_("Zustellung klären"), owner=step.record, origin=UNDELIVERED)
