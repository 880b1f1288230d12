"""What a collection adds to the pages of its records, named on its viewset (`panels`)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.db.models import Model


class RecordPanel(ABC):
    """A section on the page of a record, under its fields; above them if it `leads`.

    `get_context` returns what the template needs, or None where there is nothing to show. What it
    shows of other records it takes from their policy for `user`. `request` is there for a filter
    in the address (`?am=2026-03-14`); the template gets it, `record` and `heading` as well.
    """

    heading: ClassVar[Any] = ""
    template_name: ClassVar[str]
    leads: ClassVar[bool] = False

    @abstractmethod
    def get_context(self, record: Model, user: Any, request: Any) -> dict[str, Any] | None: ...
