"""The steps of a delivery, and what its measure makes of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from inspections.enforcement import queries, serving
from inspections.enforcement.actions.following import happened, in_words, refusing
from inspections.enforcement.actions.measures import MEASURE_STEPS
from inspections.enforcement.actions.orders import presumed, too_short
from inspections.enforcement.rules import MeasureState
from inspections.enforcement.serving import DeliveryState
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


def _prove(step: Step) -> None:
    """A formal proof goes before the presumed day. A letter that came sooner shortens nothing."""
    happened(step, "proven_on")
    delivery = step.record
    counts_from, hints = delivery.proven_on, []
    if delivery.method in serving.PRESUMED_AT_LEAST:
        counts_from = max(counts_from, presumed(delivery).latest_on)
    if counts_from != delivery.proven_on:
        told = _(
            "Früher angekommen als vermutet. Fristen rechnen trotzdem erst vom %(day)s an "
            "(§ 41 Abs. 2 VwVfG)."
        )
        hints.append(told % {"day": in_words(counts_from)})
    hints.append(too_short(delivery.order.measure, counts_from))
    delivery.hint = " ".join(filter(None, hints))
    _tell_measure(step, "delivered", received_on=counts_from)


def _return(step: Step) -> None:
    """Of two ways, one that is proven is enough."""
    happened(step, "returned_on")
    delivery = step.record
    if not delivery.order.deliveries.filter(state=DeliveryState.PROVEN).exists():
        _tell_measure(step, "undeliverable")


def _tell_measure(step: Step, verb: str, **data: Any) -> None:
    measure = step.record.order.measure
    reference = step.record.reference
    MEASURE_STEPS.perform(measure, verb, user=step.user, reason=reference, data=data)


DELIVERY_STEPS = Steps(
    Delivery,
    "state",
    serving.DELIVERY,
    guards={"prove": _order_still_counts, "return_mail": _order_still_counts},
    effects={"prove": refusing(_prove), "return_mail": _return},
)
