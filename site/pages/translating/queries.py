"""How far a translation is. Sentences, not pieces: see `coverage` for those."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from pages.models.leftovers import Leftovers, plain


@dataclass(frozen=True)
class Sentence:
    """A German sentence and what a machine made of it; `pk` names that translation."""

    pk: int
    german: str
    translated: str


@dataclass(frozen=True)
class Desk:
    """What lies before whoever opens the editor of a translation."""

    untranslated: list[str]
    by_machine: list[Sentence]
    is_behind: bool
    """Whether a newer German text has been published than the one translated from."""
    is_done: bool
    """Whether readers have everything that is entered here."""
    in_review: bool
    has_workflow: bool

    @property
    def leftovers(self) -> Leftovers:
        return Leftovers(self.untranslated, [sentence.translated for sentence in self.by_machine])


def translation_of(piece: Any) -> Translation | None:
    """The translation that the editor of wagtail-localize works on, if this piece is one."""
    found: Translation | None = Translation.objects.filter(
        source__object_id=piece.translation_key, target_locale_id=piece.locale_id, enabled=True
    ).first()
    return found


def desk(translation: Translation, piece: Any) -> Desk:
    state = piece.current_workflow_state
    original = translation.source.get_source_instance()
    return Desk(
        untranslated=_untranslated(translation),
        by_machine=machine_sentences(translation),
        is_behind=translation.source.as_instance().edition != original.edition,
        is_done=piece.live
        and not getattr(piece, "alias_of_id", None)
        and not _entered_since(translation, piece),
        in_review=bool(state and state.status == state.STATUS_IN_PROGRESS),
        has_workflow=piece.get_workflow() is not None,
    )


def _entered_since(translation: Translation, piece: Any) -> bool:
    """Whether a sentence was entered after the last publication; of none, always."""
    if piece.last_published_at is None:
        return True
    entered = StringTranslation.objects.filter(
        context__object_id=translation.source.object_id, locale_id=translation.target_locale_id
    )
    return bool(entered.filter(updated_at__gt=piece.last_published_at).exists())


def leftovers_in(translation: Translation) -> Leftovers:
    """What keeps it from being published as it is entered now."""
    machine = [sentence.translated for sentence in machine_sentences(translation)]
    return Leftovers(_untranslated(translation), machine)


def _untranslated(translation: Translation) -> list[str]:
    segments = _segments(translation).annotate_translation(translation.target_locale)
    missing = segments.filter(Q(translation=None) | Q(translation=""))
    texts = map(plain, missing.values_list("string__data", flat=True))
    return [text for text in dict.fromkeys(texts) if any(letter.isalpha() for letter in text)]


def machine_sentences(translation: Translation) -> list[Sentence]:
    """Those that a machine translated and no person has confirmed, in the order of the piece."""
    entered = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        locale_id=translation.target_locale_id,
        translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
    )
    rows = _segments(translation).annotate(
        entered=Subquery(entered.values("pk")), words=Subquery(entered.values("data"))
    )
    return [
        Sentence(pk, plain(german), plain(words))
        for pk, german, words in rows.exclude(entered=None).values_list(
            "entered", "string__data", "words"
        )
    ]


def _segments(translation: Translation) -> Any:
    """The sentences of the piece; its address is none."""
    segments = StringSegment.objects.filter(source_id=translation.source_id)
    return segments.exclude(context__path="slug").order_by("order")
