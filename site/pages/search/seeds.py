"""The delivered synonyms: laid down once, then the editors'."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from pages.build import Builder
from pages.models import PortalSeed, Synonym


@transaction.atomic
def lay_down(builder: Builder) -> None:
    """Every group of fixtures/portal/synonyms.json in every language of the portal it has."""
    for entry in builder.content("synonyms"):
        for language, _name in settings.LANGUAGES:
            piece = (f"synonym:{entry['key']}", language)
            if language in entry and piece not in builder.seeds:
                synonym = Synonym(language=language, terms=entry[language], german=entry["german"])
                synonym.full_clean()
                synonym.save()
                PortalSeed.objects.create(key=piece[0], language=language)
