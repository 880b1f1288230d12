"""The steps of a delivery, and what its measure makes of them."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from inspections.enforcement import queries, serving
from inspections.enforcement.actions.following import happened
from inspections.enforcement.actions.measures import MEASURE_STEPS
from inspections.enforcement.rules import MeasureState
from inspections.models import Delivery
from workflow import Step, Steps


def _order_still_counts(delivery: Delivery) -> list[str]:
    measure = delivery.order.measure
    current = queries.order_in_force(measure)
    if current is None or current.pk != delivery.order_id:
        return [_("Dieser Bescheid ist durch einen neuen ersetzt.")]
    if measure.state not in (MeasureState.ISSUED, MeasureState.RUNNING):
        return [_("Die Maßnahme ist schon weiter (%s).") % measure.get_state_display()]
    return []


def _tell_measure(verb: str) -> Callable[[Step], None]:
    def effect(step: Step) -> None:
        happened(step, "proven_on", "returned_on")
        delivery = step.record
        data = {"received_on": delivery.proven_on}
        MEASURE_STEPS.perform(
            delivery.order.measure,
            verb,
            user=step.user,
            reason=delivery.reference,
            data=data,
        )

    return effect


DELIVERY_STEPS = Steps(
    Delivery,
    "state",
    serving.DELIVERY,
    guards={"prove": _order_still_counts, "return_mail": _order_still_counts},
    effects={"prove": _tell_measure("delivered"), "return_mail": _tell_measure("undeliverable")},
)
