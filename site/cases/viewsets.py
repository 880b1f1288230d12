"""The screens of this room, found from here; each part has a file of its own."""

from __future__ import annotations

from cases.interviews.viewsets import IntakeInterviewViewSet, QuestionSetViewSet, QuestionViewSet
from cases.referrals.viewsets import ConsentViewSet, ReferralViewSet

__all__ = [
    "ConsentViewSet",
    "IntakeInterviewViewSet",
    "QuestionSetViewSet",
    "QuestionViewSet",
    "ReferralViewSet",
]
