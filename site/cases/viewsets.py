"""The screens of this room, found from here; each part has a file of its own."""

from __future__ import annotations

from cases.interviews.viewsets import IntakeInterviewViewSet, QuestionSetViewSet, QuestionViewSet

__all__ = [
    "IntakeInterviewViewSet",
    "QuestionSetViewSet",
    "QuestionViewSet",
]
