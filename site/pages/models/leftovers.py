"""What keeps a translation from its readers: a sentence still in German, or a machine's word alone.

Nothing goes live in another language while there is any. Asked wherever something is published,
whichever button, step of a workflow, command or address does it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail_localize.models import StringSegment, StringTranslation
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from pages.languages import language_name

NAMED = 5  # sentences in a message; the editor lists them all


@dataclass(frozen=True)
class Leftovers:
    """Sentences of a translation that nobody has translated, and those only a machine has."""

    untranslated: list[str] = field(default_factory=list)
    by_machine: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.untranslated or self.by_machine)

    def __str__(self) -> str:
        told = []
        if count := len(self.untranslated):
            words = ngettext(
                "Ein Satz ist noch nicht übersetzt: %(sentences)s.",
                "%(count)s Sätze sind noch nicht übersetzt: %(sentences)s.",
                count,
            )
            told.append(words % {"count": count, "sentences": _quoted(self.untranslated)})
        if count := len(self.by_machine):
            words = ngettext(
                "Einen Satz hat eine Maschine übersetzt und noch niemand bestätigt: %(sentences)s.",
                "%(count)s Sätze hat eine Maschine übersetzt und noch niemand bestätigt:"
                " %(sentences)s.",
                count,
            )
            told.append(words % {"count": count, "sentences": _quoted(self.by_machine)})
        return " ".join(told)


class UnfinishedTranslationError(ValidationError):
    """Raised where the translation `piece` was about to be published with leftovers."""

    def __init__(self, piece: Any, leftovers: Leftovers) -> None:
        self.piece, self.leftovers = piece, leftovers
        words = _("„%(title)s“ (%(language)s) wurde nicht veröffentlicht. %(leftovers)s")
        language = language_name(piece.locale.language_code)
        super().__init__(words % {"title": piece, "language": language, "leftovers": leftovers})


def refuse_leftovers(piece: Any) -> None:
    """Raises UnfinishedTranslationError if the piece, about to be published, is one."""
    if found := leftovers_of(piece):
        raise UnfinishedTranslationError(piece, found)


def leftovers_of(piece: Any) -> Leftovers:
    """What is left to do in the words of this draft. What a person said is the same in both
    languages (a name, "WLAN") is no leftover."""
    if piece.locale.language_code == settings.LANGUAGE_CODE or getattr(piece, "alias_of_id", None):
        return Leftovers()
    german = _german_sentences(piece)
    if not german:
        return Leftovers()
    by_person, by_machine = _translated(piece)
    said = list(dict.fromkeys(sentences_of(piece)))
    return Leftovers(
        untranslated=[text for text in said if text in german - by_person],
        by_machine=[text for text in said if text in by_machine - by_person - german],
    )


def sentences_of(piece: Any) -> Iterator[str]:
    """What readers read of it, without markup; not its address, nor what has no letters."""
    for segment in extract_segments(piece):
        if isinstance(segment, StringSegmentValue) and segment.path != "slug":
            yield from _worded([segment.string.data])


def plain(text: str) -> str:
    """A sentence without its markup, for reading and comparing."""
    return " ".join(html.unescape(strip_tags(text)).split())


def _german_sentences(piece: Any) -> set[str]:
    """Of the original as it is, and as it was when this translation was begun."""
    found: set[str] = set()
    original = (
        type(piece)
        ._base_manager.filter(
            translation_key=piece.translation_key, locale__language_code=settings.LANGUAGE_CODE
        )
        .first()
    )
    if original:
        found.update(sentences_of(original))
    begun = StringSegment.objects.filter(source__object_id=piece.translation_key)
    found.update(
        _worded(begun.exclude(context__path="slug").values_list("string__data", flat=True))
    )
    return found


def _translated(piece: Any) -> tuple[set[str], set[str]]:
    """The sentences in this language that a person stands for, and those of a machine."""
    entered = StringTranslation.objects.filter(
        context__object_id=piece.translation_key, locale_id=piece.locale_id
    )
    by_person: set[str] = set()
    by_machine: set[str] = set()
    for text, how in entered.values_list("data", "translation_type"):
        machine = how == StringTranslation.TRANSLATION_TYPE_MACHINE
        (by_machine if machine else by_person).add(plain(text))
    return by_person, by_machine


def _worded(texts: Iterable[str]) -> Iterator[str]:
    return (text for text in map(plain, texts) if any(letter.isalpha() for letter in text))


def _quoted(sentences: list[str]) -> str:
    named = ", ".join(f"„{text}“" for text in sentences[:NAMED])
    more = len(sentences) - NAMED
    return named + (_(" und %(more)s weitere") % {"more": more} if more > 0 else "")
