"""Which pieces of the delivered content were ever built, so that none is built twice."""

from __future__ import annotations

from django.db import models


class PortalSeed(models.Model):
    """One delivered piece in one language. What an editor does with it afterwards (change, move,
    delete) is final: `build_portal` never touches a piece that has a row here."""

    key = models.CharField(max_length=120)
    language = models.CharField(max_length=20)
    built_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "language"], name="pages_seed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"
