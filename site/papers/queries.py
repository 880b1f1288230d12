"""Reads of papers: those of a record, the versions of a wording."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet

from papers.models import IssuedPaper, PaperTemplate, State


def papers_of(record: Model) -> QuerySet[IssuedPaper]:
    """The issued papers of a record that the caller got from its policy, newest first."""
    return (
        IssuedPaper.objects.filter(owner_label=record._meta.label_lower, owner_pk=record.pk)
        .select_related("template", "created_by")
        .order_by("-issued_at", "-pk")
    )


def current_version(code: str, language: str) -> PaperTemplate | None:
    """The version in use, None while none was ever released."""
    return PaperTemplate.objects.filter(code=code, language=language, state=State.CURRENT).first()


def versions_of(version: PaperTemplate, visible: QuerySet[Any]) -> QuerySet[PaperTemplate]:
    """All versions of the same paper and language among the visible ones, newest first."""
    return (
        visible.filter(code=version.code, language=version.language)
        .select_related("released_by", "created_by")
        .order_by("-number")
    )
