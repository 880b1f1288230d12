"""Reads of papers: those of a record, the versions of a wording, the letterhead of a day."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet

from papers.models import IssuedPaper, PaperTemplate
from papers.models.letterhead import head_of

__all__ = ["head_of", "papers_of", "versions_of"]


def papers_of(record: Model) -> QuerySet[IssuedPaper]:
    """The issued papers of a record that the caller got from its policy, newest first."""
    return (
        IssuedPaper.objects.filter(owner_label=record._meta.label_lower, owner_pk=record.pk)
        .select_related("template", "created_by")
        .order_by("-issued_at", "-pk")
    )


def versions_of(version: PaperTemplate, visible: QuerySet[Any]) -> QuerySet[PaperTemplate]:
    """All versions of the same paper and language among the visible ones, newest first."""
    return (
        visible.filter(code=version.code, language=version.language)
        .select_related("released_by", "created_by")
        .order_by("-number")
    )
