"""The helping side: interviews, referrals, support, school."""

from cases.models.interview_parts import (
    DocumentCheck,
    DocumentKind,
    InterviewAnswer,
    InterviewPresence,
    InterviewTopic,
)
from cases.models.interviews import IntakeInterview
from cases.models.questions import Question, QuestionSet, QuestionText
from cases.models.referrals import Consent, Referral
from cases.models.school import School, SchoolPlacement
from cases.models.support import ContactNote, SupportCase

__all__ = [
    "Consent",
    "ContactNote",
    "DocumentCheck",
    "DocumentKind",
    "IntakeInterview",
    "InterviewAnswer",
    "InterviewPresence",
    "InterviewTopic",
    "Question",
    "QuestionSet",
    "QuestionText",
    "Referral",
    "School",
    "SchoolPlacement",
    "SupportCase",
]
