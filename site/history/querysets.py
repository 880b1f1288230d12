"""The queryset of records: what would leave no history is refused, or done recorded."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import NotSupportedError, models

from history.errors import Unrecorded
from history.removal import remove_records


class RecordedQuerySet(models.QuerySet[Any]):
    """A collection's own queryset verbs go into a subclass of this one."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise Unrecorded("update()", "history.bulk.write(model, change=[…]) oder save().")

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Unrecorded("bulk_create()", "history.bulk.write(model, create=[…]).")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Unrecorded("bulk_update()", "history.bulk.write(model, change=[…]).")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the records of this queryset, each with its history row."""
        if self.query.combinator:
            raise NotSupportedError("delete() of a union, intersection or difference")
        if self.query.is_sliced:
            raise TypeError("Cannot use 'limit' or 'offset' with delete().")
        deleted = remove_records(self.model, list(self.order_by()), self.db)
        self._result_cache = None
        return deleted

    update.alters_data = True  # type: ignore[attr-defined]
    bulk_create.alters_data = True  # type: ignore[attr-defined]
    bulk_update.alters_data = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


RecordedManager = models.Manager.from_queryset(RecordedQuerySet, "RecordedManager")
