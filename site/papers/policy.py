"""Where the rights on papers differ from the declared ones."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from access.policy import NOWHERE, RecordPolicy


class PaperTemplatePolicy(RecordPolicy):
    """Only drafts are changed and released: a version in use, or that was, stands for ever."""

    def reach(self, user: Any, verb: str, pk: str = "pk") -> Q:
        found = super().reach(user, verb, pk)
        if verb in ("change", "approve") and found != NOWHERE:
            return found & Q(state="draft")
        return found
