"""Build the delivered portal, or list what a language still lacks."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from pages.build import Builder
from pages.linking import link_agencies
from pages.rights import grant
from pages.search.seeds import lay_down
from pages.translate import other_languages, sentences, translate


class Command(BaseCommand):
    help = "Build the portal from fixtures/portal (safe to repeat; never touches edited content)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fixtures",
            type=Path,
            default=settings.BASE_DIR / "fixtures" / "portal",
            help="folder with places, agencies, contacts, offers, terms and pages (.json) and <language>.po",
        )
        parser.add_argument(
            "--languages",
            nargs="+",
            choices=other_languages(),
            default=other_languages(),
            help="build these besides German, instead of all",
        )
        parser.add_argument(
            "--sentences",
            metavar="LANGUAGE",
            help="print the PO file of a language: every sentence, translated or not",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fixtures: Path = options["fixtures"]
        if not (fixtures / "pages.json").is_file():
            raise CommandError(f"{fixtures / 'pages.json'} is missing.")
        builder = Builder(fixtures)
        if options["sentences"]:
            self._print_sentences(builder, options["sentences"])
            return
        builder.places()
        builder.agencies()
        builder.contacts()
        builder.offers()
        link_agencies(fixtures)
        builder.terms()
        builder.pages()
        for language in options["languages"]:
            translate(builder, language)
        lay_down(builder)
        grant(builder)
        self.stdout.write(
            f"portal: {builder.built.total()} pieces built, {builder.kept.total()} left as they are"
        )

    def _print_sentences(self, builder: Builder, language: str) -> None:
        if language not in other_languages():
            raise CommandError(f"{language} is not one of {', '.join(other_languages())}.")
        catalogue = Catalog(locale=language, charset="utf-8")
        for sentence, translated in sentences(builder, language).items():
            catalogue.add(sentence, translated)
        file = BytesIO()
        write_po(file, catalogue, width=0, sort_output=False)
        self.stdout.write(file.getvalue().decode("utf-8"))
