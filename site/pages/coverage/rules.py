"""The state of a piece in a language. No models, no request."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """How a translation stands. What counts is what is published on both sides."""

    MISSING = "missing"
    IN_PROGRESS = "in_progress"
    MACHINE_DRAFT = "machine_draft"
    IN_REVIEW = "in_review"
    OUTDATED = "outdated"
    CURRENT = "current"


def state_of(
    *,
    is_published: bool,
    edition: UUID | None,
    original_edition: UUID | None,
    in_review: bool = False,
    has_draft: bool = False,
    by_machine: bool = False,
) -> State:
    """A published translation is current or outdated, whatever is drafted beside it. One that is
    not published is where the work on it stands; words by a machine are a draft until a person
    has gone through all of them."""
    if is_published:
        return State.CURRENT if edition == original_edition else State.OUTDATED
    if by_machine:
        return State.MACHINE_DRAFT
    if in_review:
        return State.IN_REVIEW
    return State.IN_PROGRESS if has_draft else State.MISSING
