"""The verbs of interviews and question sets, by subject. Each is one recorded transaction."""

from cases.interviews.actions.editions import QUESTION_SET_STEPS, lay_down_questions
from cases.interviews.actions.members import Removal, removable, removal_of, remove_member
from cases.interviews.actions.plans import draft_plan
from cases.interviews.actions.presence import be_there
from cases.interviews.actions.steps import INTERVIEW_STEPS, amend, schedule, walk_in

__all__ = [
    "INTERVIEW_STEPS",
    "QUESTION_SET_STEPS",
    "Removal",
    "amend",
    "be_there",
    "draft_plan",
    "lay_down_questions",
    "removable",
    "removal_of",
    "remove_member",
    "schedule",
    "walk_in",
]
