"""Which words a translation has to match: what was published, not what somebody is drafting.

A piece in the portal's first language carries two marks, set whenever it is validated:

- `wording`: a digest of its present words,
- `edition`: the wording that translations have to match. It follows `wording`, except over changes
  that an editor called minor.

Both are ordinary fields, so a draft carries its own in its revision and changes nothing that is
live. wagtail-localize copies `edition` into a translation at the moment it takes over the words. So
a translation is current exactly while its `edition` is that of the published original.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from wagtail_localize.fields import SynchronizedField, get_translatable_fields
from wagtail_localize.segments import (
    OverridableSegmentValue,
    RelatedObjectSegmentValue,
    StringSegmentValue,
    TemplateSegmentValue,
)
from wagtail_localize.segments.extract import extract_segments

from pages.models.leftovers import refuse_leftovers

# Of these a change says nothing about the content: where it is listed, when somebody looked at it.
_NO_CONTENT = {
    "wording", "edition", "slug", "show_in_menus", "checked_on", "check_due_on", "tested_on",
}  # fmt: skip


class Worded(models.Model):
    """Something whose words are translated. A mixin, before Page or the snippet's own mixins."""

    wording = models.UUIDField(null=True, blank=True)
    edition = models.UUIDField(null=True, blank=True)

    # Whether translations show copies of the facts (days, places), which then age with the words.
    # Where readers get them from the original, a change is right in every language at once.
    copies_facts = True

    # What the editors' form says about all that changed since the last publication. None: no form.
    is_minor_edit: bool | None = None

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self._is_original:
            self._note_wording()

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Whoever publishes, by whatever way: no translation with a sentence left in German."""
        refuse_leftovers(revision.as_object())
        return super().publish(revision, *args, **kwargs)  # type: ignore[misc]  # of DraftStateMixin

    @property
    def _is_original(self) -> bool:
        locale: Any = self.locale  # type: ignore[attr-defined]  # of TranslatableMixin
        return bool(locale.language_code == settings.LANGUAGE_CODE)

    @cached_property
    def is_outdated(self) -> bool:
        """Whether the published original says something else than this translation of it."""
        if self._is_original or getattr(self, "alias_of_id", None):
            return False
        return any(edition != self.edition for edition in self._editions_of_original())

    def adopt_edition(self) -> None:
        """Somebody has compared this translation with the published original: it says the same."""
        for edition in self._editions_of_original():
            self.edition = edition

    def _editions_of_original(self) -> Iterable[UUID | None]:
        """Of the published original: one, or none where it was never published or taken off."""
        piece: Any = self
        return (
            type(piece)
            ._base_manager.filter(
                translation_key=piece.translation_key,
                locale__language_code=settings.LANGUAGE_CODE,
                live=True,
            )
            .values_list("edition", flat=True)
        )

    @property
    def is_minor_draft(self) -> bool:
        """Whether this draft was called a minor change of what is published."""
        wording, edition = self._published()
        return bool(wording and wording != self.wording and edition == self.edition)

    def _note_wording(self) -> None:
        before, self.wording = self.wording, wording_of(self)
        if self.is_minor_edit is None:
            if self.wording != before:
                self.edition = self.wording
            return
        wording, edition = self._published()
        keeps = edition and (self.is_minor_edit or wording == self.wording)
        self.edition = edition if keeps else self.wording

    def _published(self) -> tuple[UUID | None, UUID | None]:
        piece: Any = self
        rows = type(piece)._base_manager.filter(pk=piece.pk, live=True)
        return rows.values_list("wording", "edition").first() or (None, None)


def wording_of(piece: Worded) -> UUID:
    """The digest of everything of a piece that its translations take over."""
    said = [_said(segment) for segment in extract_segments(piece) if segment.path != "slug"]
    if piece.copies_facts:
        said += _facts(piece)
    return uuid5(NAMESPACE_OID, "\x1f".join(said))


def _said(segment: Any) -> str:
    match segment:
        case StringSegmentValue():
            return f"{segment.string.data}{sorted((segment.attrs or {}).items())}"
        case TemplateSegmentValue():
            return str(segment.template)
        case OverridableSegmentValue():
            return str(segment.data)
        case RelatedObjectSegmentValue():
            return str(segment.translation_key)
    raise TypeError(f"wagtail-localize has a new kind of segment: {segment!r}")


def _facts(piece: Worded) -> list[str]:
    kind = type(piece)
    return [
        f"{copied.field_name}={copied.get_value(piece)}"
        for copied in get_translatable_fields(kind)
        if isinstance(copied, SynchronizedField)
        and copied.field_name not in _NO_CONTENT
        and not copied.get_field(kind).auto_created
    ]
