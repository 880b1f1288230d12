"""What people do to a translation. None of it shows to readers but `publish`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from pages.models.leftovers import UnfinishedTranslationError
from pages.translating.queries import leftovers_in


@transaction.atomic
def begin(original: Any, locales: Iterable[Locale]) -> None:
    """Opens the published original for translation. Until one is published, the stand-in stays."""
    source, _created = TranslationSource.update_or_create_from_instance(original)
    for locale in locales:
        if locale.pk == original.locale_id:
            continue
        if not original.has_translation(locale):
            _make_place(original, locale)
        Translation.objects.update_or_create(
            source=source, target_locale=locale, defaults={"enabled": True}
        )


def _make_place(original: Any, locale: Locale) -> None:
    if isinstance(original, Page):
        original.copy_for_translation(locale, copy_parents=True, alias=True)
        return
    draft = original.copy_for_translation(locale)
    draft.live = False
    draft.live_revision = draft.latest_revision = None
    draft.save()


def take_over(translation: Translation) -> None:
    """The German sentences as they are published now, in every language of the piece."""
    translation.source.update_from_db()


def confirm(translation: Translation, pk: int, *, user: Any) -> bool:
    """A person has read what a machine made of a sentence, and stands for it."""
    changed = StringTranslation.objects.filter(
        pk=pk,
        context__object_id=translation.source.object_id,
        locale_id=translation.target_locale_id,
        translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
    ).update(translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL, last_translated_by=user)
    return bool(changed)


def publish(translation: Translation, piece: Any, *, user: Any) -> None:
    """The words as entered now go to the readers. Raises UnfinishedTranslationError."""
    _refuse_leftovers(translation, piece)
    translation.save_target(user=user, publish=True)


@transaction.atomic
def hand_in(translation: Translation, piece: Any, *, user: Any) -> None:
    """Gives the words as entered now to a colleague. Raises UnfinishedTranslationError."""
    _refuse_leftovers(translation, piece)
    if piece.current_workflow_state:
        piece.current_workflow_state.cancel(user=user)
    draft = translation.source.get_ephemeral_translated_instance(
        translation.target_locale, fallback=True
    )
    if isinstance(draft, Page):
        draft.alias_of = None  # in the draft alone: see PortalPage.with_content_json
        draft.slug = find_available_slug(
            draft.get_parent(), slugify(draft.slug), ignore_page_id=draft.pk
        )
    draft.save_revision(user=user, log_action=True)
    piece.refresh_from_db()
    piece.get_workflow().start(piece, user)


def _refuse_leftovers(translation: Translation, piece: Any) -> None:
    if found := leftovers_in(translation):
        raise UnfinishedTranslationError(piece, found)
