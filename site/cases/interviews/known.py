"""What the line "perhaps already known" tells of a person from this room: the last interview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from access.policy import policy_of
from cases.interviews.rules import HELD
from cases.models import IntakeInterview
from people.queries import also_tells


@also_tells
def last_interview(pks: Sequence[int], user: Any) -> Mapping[int, str]:
    """Of those this person may view, and that have been: person's number → the day in words."""
    seen: Any = policy_of(IntakeInterview).visible(user)
    held = seen.filter(person__in=pks, state__in=HELD, held_on__lte=timezone.localdate())
    last = held.order_by().values_list("person").annotate(Max("held_on"))
    return {pk: _("letztes Gespräch %s") % date_format(day, "d.m.Y") for pk, day in last}
