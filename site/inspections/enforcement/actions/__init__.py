"""The verbs of this room, by subject. Each is one recorded transaction."""

from inspections.enforcement.actions.closures import CLOSURE_STEPS, NEED_STEPS, edit_need
from inspections.enforcement.actions.deliveries import DELIVERY_STEPS
from inspections.enforcement.actions.measures import MEASURE_STEPS, propose

__all__ = [
    "CLOSURE_STEPS",
    "DELIVERY_STEPS",
    "MEASURE_STEPS",
    "NEED_STEPS",
    "edit_need",
    "propose",
]
