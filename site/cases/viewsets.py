"""Where the screens of this room differ from what the declarations give."""

from __future__ import annotations

from backoffice.viewsets import CollectionViewSet
from cases.models import IntakeInterview
from cases.referrals.panels import ReferralsOfInterview
from cases.referrals.viewsets import ConsentViewSet, ReferralViewSet

__all__ = ["ConsentViewSet", "ReferralViewSet"]  # files of their own, found from here


class InterviewViewSet(CollectionViewSet):
    model = IntakeInterview
    panels = (ReferralsOfInterview,)
