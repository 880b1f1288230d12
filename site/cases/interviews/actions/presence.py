"""Who has an interview open. No record, hence no history: it is forgotten within minutes."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from cases.models import IntakeInterview, InterviewPresence

_KEPT = datetime.timedelta(minutes=10)


def be_there(interview: IntakeInterview, user: Any) -> None:
    """Note that the person has the interview open now."""
    now = timezone.now()
    InterviewPresence.objects.update_or_create(
        interview=interview, user=user, defaults={"seen_at": now}
    )
    InterviewPresence.objects.filter(seen_at__lt=now - _KEPT).delete()
