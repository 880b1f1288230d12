"""Where the reach over people differs: a record merged into another is out of every list."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from access.policy import NOWHERE, RecordPolicy


class PersonPolicy(RecordPolicy):
    """A merged record stays for its history, and is reached by nobody until the merge is undone."""

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        condition = super().reach(user, verb, pk)
        if condition == NOWHERE:
            return condition
        return condition & Q(merged_into=None)
