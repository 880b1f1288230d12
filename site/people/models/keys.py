"""The keys by which "perhaps already known" finds people: derived, kept beside the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from history.ledger import insert
from people.matching import KEY_LENGTH, Identity, keys_of

_AT_ONCE = 500  # keys of so many people are taken away by one statement


class PersonKey(models.Model):
    """One key of one person (see `people.matching`). As personal as the names it is made of."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=KEY_LENGTH)

    class Meta:
        verbose_name = _("Suchschlüssel")
        verbose_name_plural = _("Suchschlüssel")
        default_permissions = ()
        indexes = [models.Index(fields=["key", "person"], name="people_personkey_key")]

    def __str__(self) -> str:
        return f"{self.person_id}"


class MatchingKeys:
    """Writes them (`history.beside`)."""

    fields: tuple[str, ...] = (
        *("family_name", "given_names", "birth_name"),
        *("birth_date", "birth_year", "birth_month"),
    )

    def write(
        self, using: str, pks: Sequence[Any], columns: Mapping[str, Sequence[Any]], *, new: bool
    ) -> None:
        if not new:
            for start in range(0, len(pks), _AT_ONCE):
                some = pks[start : start + _AT_ONCE]
                PersonKey.objects.using(using).filter(person__in=some).delete()
        if columns:
            rows = zip(pks, *(columns[name] for name in self.fields), strict=True)
            insert(
                using,
                PersonKey._meta.db_table,
                ("person_id", "key"),
                ((pk, key) for pk, *values in rows for key in sorted(keys_of(Identity(*values)))),
            )
