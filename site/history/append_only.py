"""Tables of the history that are added to and read, never changed."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from history.errors import AppendOnly


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Reads and adds."""

    def _refuse(self, what: str) -> NoReturn:
        raise AppendOnly(self.model._meta.label, what)

    def update(self, **kwargs: Any) -> NoReturn:
        self._refuse("update()")

    def delete(self) -> NoReturn:
        self._refuse("delete()")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        self._refuse("bulk_update()")

    delete.queryset_only = True  # type: ignore[attr-defined]


class Appended(models.Model):
    """A row that stays as it was written."""

    objects = AppendOnlyQuerySet.as_manager()
    # Wagtail would note after each line which records it names, with five queries of its own.
    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly(self._meta.label, "save()")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly(self._meta.label, "delete()")
