"""The verbs of this room, by subject. Each is one recorded transaction."""

from inspections.actions.cases import CASE_STEPS, case_was_opened, open_case, severity_of
from inspections.actions.checklists import TEMPLATE_STEPS, lay_down_checklist
from inspections.actions.participations import (
    PARTICIPATION_STEPS,
    authority_was_invited,
    inspection_was_moved,
)
from inspections.actions.photos import add_photo
from inspections.actions.visits import INSPECTION_STEPS

__all__ = [
    "CASE_STEPS",
    "INSPECTION_STEPS",
    "PARTICIPATION_STEPS",
    "TEMPLATE_STEPS",
    "add_photo",
    "authority_was_invited",
    "case_was_opened",
    "inspection_was_moved",
    "lay_down_checklist",
    "open_case",
    "severity_of",
]
