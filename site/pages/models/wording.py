"""Which words a translation has to match: what was published, not what somebody is drafting.

A piece in the portal's first language carries two marks, set whenever it is validated:

- `wording`: a digest of its present words,
- `edition`: the wording that translations have to match. It follows `wording`, except over an edit
  somebody called minor.

Both are ordinary fields, so a draft carries its own in its revision and changes nothing that is
live. wagtail-localize copies `edition` into a translation at the moment it takes over the words. So
a translation is current exactly while its `edition` is that of the published original.
"""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.conf import settings
from django.db import models
from wagtail_localize.fields import SynchronizedField, get_translatable_fields
from wagtail_localize.segments import (
    OverridableSegmentValue,
    RelatedObjectSegmentValue,
    StringSegmentValue,
    TemplateSegmentValue,
)
from wagtail_localize.segments.extract import extract_segments

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

    is_minor_edit = False  # what the editors' form says about the present change

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        locale: Any = self.locale  # type: ignore[attr-defined]  # of TranslatableMixin
        if locale.language_code == settings.LANGUAGE_CODE:
            self._note_wording()

    def _note_wording(self) -> None:
        wording = wording_of(self)
        if wording != self.wording:
            if self.edition is None or not self.is_minor_edit:
                self.edition = wording
            self.wording = wording


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
