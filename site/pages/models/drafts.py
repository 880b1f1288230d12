"""A report that somebody is filling in: sealed, for a day, and then gone."""

from __future__ import annotations

from django.db import models


class ReportDraft(models.Model):
    """What a reader has typed so far. Nobody can read it without the token of the reader's form.

    `key_hash`: of the token's seed. `sealed`: answers and photos' names, encrypted under the seed
    (`pages.reporting.drafts`). `files`: sealed photos in the private storage.
    """

    on_portal = False  # pages.rendered: no page shows it

    key_hash = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    files = models.JSONField(default=list)
    changed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"ReportDraft {self.pk}"
