"""Puts the delivered translations through wagtail-localize, as a translator's PO file would come.

fixtures/portal/<language>.po holds one entry per German sentence. A piece goes live in a language
only when every sentence of it is translated; until then the German page stands in for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page
from wagtail_localize.models import LocaleSynchronization, Translation, TranslationSource

from pages.build import Builder
from pages.models import ContactPoint, CounsellingOffer, GlossaryTerm
from pages.writing import piece_id


def memory_of(file: Path) -> dict[str, str]:
    """German sentence → translation. Unfinished ("fuzzy") entries do not count."""
    if not file.is_file():
        return {}
    with file.open("rb") as stream:
        catalogue = read_po(stream)
    return {
        str(entry.id): str(entry.string)
        for entry in catalogue
        if entry.id and entry.string and not entry.fuzzy
    }


def originals(builder: Builder) -> Iterator[tuple[str, str, Any]]:
    """(kind, key, object) of the delivered pieces that still exist, parents before children."""
    kinds = (
        ("contact", ContactPoint),
        ("offer", CounsellingOffer),
        ("term", GlossaryTerm),
        ("page", Page),
    )
    for kind, model in kinds:
        for entry in builder.content(f"{kind}s"):
            found = model.objects.filter(
                translation_key=piece_id(kind, entry["key"]), locale=builder.locale
            ).first()
            if found:
                yield kind, entry["key"], found.specific if kind == "page" else found


def translate(builder: Builder, language: str) -> None:
    """Builds one language. Pages without a complete translation get their stand-in."""
    locale, _created = Locale.objects.get_or_create(language_code=language)
    memory = memory_of(builder.fixtures / f"{language}.po")
    for kind, key, original in originals(builder):
        if builder.is_due(kind, key, language):
            with transaction.atomic():
                if _translated(original, locale, memory):
                    builder.remember(kind, key, language)
    sync, created = LocaleSynchronization.objects.get_or_create(
        locale=locale, defaults={"sync_from": builder.locale}
    )
    if not created:
        sync.sync_trees()


def _translated(original: Any, locale: Locale, memory: dict[str, str]) -> bool:
    """Whether the piece could be translated completely; if so, it is published."""
    translation = _translation(original, locale)
    catalogue = translation.export_po()
    for entry in catalogue:
        entry.msgstr = memory.get(entry.msgid, "")
    if not all(entry.msgstr for entry in catalogue):
        return False
    translation.import_po(catalogue)
    translation.save_target(publish=False)
    translation.get_target_instance().get_latest_revision().publish()
    return True


def _translation(original: Any, locale: Locale) -> Translation:
    source, _created = TranslationSource.update_or_create_from_instance(original)
    return Translation.objects.get_or_create(source=source, target_locale=locale)[0]


def sentences(builder: Builder, language: str) -> dict[str, str]:
    """Every sentence of the delivered pieces with its translation, "" where there is none.

    Extraction needs rows of wagtail-localize; they are taken back, for this only looks.
    """
    memory = memory_of(builder.fixtures / f"{language}.po")
    found: dict[str, str] = {}
    with transaction.atomic():
        locale, _created = Locale.objects.get_or_create(language_code=language)
        for _kind, _key, original in originals(builder):
            for entry in _translation(original, locale).export_po():
                found.setdefault(entry.msgid, memory.get(entry.msgid, ""))
        transaction.set_rollback(True)
    return found


def other_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
