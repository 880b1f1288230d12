"""The screens of this room, found from here; each part has a file of its own."""

from __future__ import annotations

from cases.interviews.viewsets import IntakeInterviewViewSet, QuestionSetViewSet, QuestionViewSet
from cases.referrals.viewsets import ConsentViewSet, ReferralViewSet
from cases.school.viewsets import PlacementViewSet, SchoolViewSet
from cases.support.viewsets import ContactNoteViewSet, SupportCaseViewSet

__all__ = [
    "ConsentViewSet",
    "ContactNoteViewSet",
    "IntakeInterviewViewSet",
    "PlacementViewSet",
    "QuestionSetViewSet",
    "QuestionViewSet",
    "ReferralViewSet",
    "SchoolViewSet",
    "SupportCaseViewSet",
]
