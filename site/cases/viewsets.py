"""Where the screens of this room differ from what the declarations give: found from here."""

from __future__ import annotations

from cases.school.viewsets import PlacementViewSet, SchoolViewSet
from cases.support.viewsets import ContactNoteViewSet, SupportCaseViewSet

__all__ = [
    "ContactNoteViewSet",
    "PlacementViewSet",
    "SchoolViewSet",
    "SupportCaseViewSet",
]
