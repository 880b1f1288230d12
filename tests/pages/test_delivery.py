"""What is delivered with the portal: static files from npm, catalogues, templates."""

from __future__ import annotations

import ast
import re
import unicodedata
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import LazySettings, settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template.engine import Engine
from django.utils.translation import to_locale
from django.utils.translation.template import templatize
from wagtail.models import get_page_models

from cases.interviews.reading import VOLUNTARY
from inspections.reports.rules import ReporterKind
from pages.languages import FEMININE_WEEKDAYS
from pages.npm import NpmFinder
from pages.pruning import names_in, pruned
from pages.queries import NTH_WEEKDAYS

PAGES = settings.BASE_DIR / "site" / "pages"
TEMPLATES = sorted((PAGES / "templates").rglob("*.html"))
PUBLIC_TEMPLATES = [file for file in TEMPLATES if "admin" not in file.parts]
# Staff read German: what only they meet is not in the catalogues.
STAFF_FOLDERS = {"models", "migrations", "management", "coverage", "review", "translating"}
STAFF_MODULES = {"apps.py", "blocks.py", "wagtail_hooks.py", "viewsets.py"}
PUBLIC_CODE = [
    file
    for file in sorted(PAGES.rglob("*.py"))
    if not STAFF_FOLDERS & set(file.relative_to(PAGES).parts)
    and file.name not in STAFF_MODULES
    and file != PAGES / "forms.py"
]
PUBLIC_PARTS = {
    PAGES / "models" / "agencies.py": ("AgencyKind",),
    PAGES / "models" / "offers.py": ("Topic",),
    settings.BASE_DIR / "site" / "inspections" / "reports" / "rules.py": (
        "Category",
        "ReporterKind",
        "PublicState",
    ),
    settings.BASE_DIR / "site" / "inspections" / "photos.py": ("redrawn",),
    settings.BASE_DIR / "site" / "agenda" / "appointments" / "rules.py": ("Kind", "RequestState"),
    settings.BASE_DIR / "site" / "cases" / "interviews" / "rules.py": ("Topic",),
    settings.BASE_DIR / "site" / "cases" / "referrals" / "sheets.py": ("consent_sheet",),
}
#: What newcomers meet outside the portal: beside a question, and in the frame of a paper.
OUTSIDE = {str(VOLUNTARY), "Datum"}
LANGUAGES = [code for code, _name in settings.DELIVERED_LANGUAGES if code != settings.LANGUAGE_CODE]
CALL = re.compile(r"\b(?:gettext|_)\((u?r?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))")
PLACEHOLDER = re.compile(r"%\(\w+\)s|<a id=\"\w+\">|</a>|</?b>")


def file_of(language: str) -> Path:
    return settings.LOCALE_PATHS[0] / to_locale(language) / "LC_MESSAGES" / "django.po"


def catalogue(file: Path) -> dict[tuple[str, str], str]:
    """(context, sentence) → translation."""
    with file.open("rb") as stream:
        return {
            (entry.context or "", str(entry.id)): str(entry.string)
            for entry in read_po(stream)
            if entry.id
        }


def spoken(language: str) -> set[tuple[str, str]]:
    """Every sentence that the public side asks gettext for, with its context."""
    found: set[str] = set()
    for template in PUBLIC_TEMPLATES:
        code = templatize(template.read_text("utf-8"), origin=str(template))
        found |= {str(ast.literal_eval(literal)) for literal in CALL.findall(code)}
    for file in PUBLIC_CODE:
        found |= _calls(ast.parse(file.read_text("utf-8")))
    for file, names in PUBLIC_PARTS.items():
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name in names:
                found |= _calls(node)
    asked = {("", sentence) for sentence in found - {str(ReporterKind.AGENCY.label)} | OUTSIDE}
    if language in FEMININE_WEEKDAYS:
        asked |= {("feminine weekday", sentence) for sentence in NTH_WEEKDAYS.values()}
    return asked


def _calls(tree: ast.AST) -> set[str]:
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "gettext", "gettext_lazy", "gettext_noop")
        and isinstance(node.args[0], ast.Constant)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_public_side_is_translated(language: str) -> None:
    asked, known = spoken(language), catalogue(file_of(language))
    assert len(asked) > 150
    assert {sentence for sentence in asked if not known.get(sentence)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_nothing_that_is_not_asked_for(language: str) -> None:
    assert set(catalogue(file_of(language))) - spoken(language) == set()


DELIVERED = [
    (language, file)
    for language in LANGUAGES
    for file in (file_of(language), settings.BASE_DIR / "fixtures" / "portal" / f"{language}.po")
]


@pytest.mark.parametrize(("language", "file"), DELIVERED)
def test_placeholders_and_links_survive_translation(language: str, file: Path) -> None:
    for (_context, original), translated in catalogue(file).items():
        expected = sorted(PLACEHOLDER.findall(original))
        assert sorted(PLACEHOLDER.findall(translated)) == expected, original


@pytest.mark.parametrize("file", [file for code, file in DELIVERED if code != "de-simple"])
def test_no_german_is_left_over(file: Path) -> None:
    """Words that only German has. German names stand in other texts in brackets and quotes."""
    for (_context, original), translated in catalogue(file).items():
        plain = GERMAN_NAMES.sub("", translated)
        assert not GERMAN.findall(plain), (original, translated)


GERMAN_NAMES = re.compile(
    r"\([^)]*\)|„[^”“]*[”“]|“[^”]*”|<[^>]*>|Arbeit und Leben|Landesfachstelle für Barrierefreiheit"
)
GERMAN = re.compile(
    r"\b(und|oder|nicht|Sie|Ihre?n?|bitte|eine?[nrsm]?|wird|werden|haben|sind|wenn|auf|mit|für|von|"
    r"zum|zur|bei|kein[en]?|Uhr|Montag|Januar|März|Juni|Juli|Oktober|Dezember)\b"
)


@pytest.mark.parametrize("file", [file for language, file in DELIVERED if language == "ro"])
def test_romanian_is_written_with_comma_below(file: Path) -> None:
    assert not set("şţŞŢ") & set(file.read_text("utf-8"))


@pytest.mark.parametrize(("language", "file"), DELIVERED)
def test_a_text_is_in_the_letters_of_its_language(language: str, file: Path) -> None:
    """Bulgarian in Cyrillic, the others without: a look-alike letter is found by no search."""
    for (_context, original), translated in catalogue(file).items():
        for word in re.findall(r"\w+", re.sub(r"%\(\w+\)s|<[^>]*>", "", translated)):
            cyrillic = [letter for letter in word if "CYRILLIC" in unicodedata.name(letter, "")]
            latin = [letter for letter in word if "LATIN" in unicodedata.name(letter, "")]
            assert not (cyrillic and latin), (original, word)
            assert language == "bg" or not cyrillic, (original, word)


def test_every_template_is_used() -> None:
    sources = "".join(file.read_text("utf-8") for file in [*TEMPLATES, *PAGES.rglob("*.py")])
    for template in TEMPLATES:
        name = template.relative_to(PAGES / "templates").as_posix()
        by_page_type = name.removeprefix("pages/").removesuffix(".html").replace("_", "")
        types = {kind.__name__.lower() for kind in get_page_models()}
        assert (
            name in sources or by_page_type in types or name in ("404.html", "500.html", "503.html")
        ), name


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_template_compiles(template: Path) -> None:
    Engine.get_default().get_template(template.relative_to(PAGES / "templates").as_posix())


def test_names_of_city_and_district_are_data() -> None:
    files = [*TEMPLATES, *PAGES.rglob("*.py"), *(PAGES / "static").rglob("*.css")]
    for file in files:
        text = file.read_text("utf-8")
        assert not re.search(r"Weißenfels|Burgenland|Neustadt|Sachsen-Anhalt", text), file


def test_only_the_needed_files_come_from_npm() -> None:
    names = {name for name, _storage in NpmFinder().list([])}
    assert "kern.min.css" in names
    assert {"latin-400.css", "latin-600.css"} <= names
    assert len(names) == 3 + 2 * 2, "two weights, two formats"


def test_of_the_design_system_readers_load_what_the_portal_uses() -> None:
    """Whatever a template names is styled as before, and the rest is not sent."""
    whole = (settings.NODE_MODULES / "@kern-ux/native/dist/kern.min.css").read_text("utf-8")
    served = Path(str(finders.find("kern/kern.min.css"))).read_text("utf-8")
    names = names_in(PAGES)
    assert {"kern-icon--warning", "kern-badge--success", "kern-btn--tertiary"} <= names
    for name in names:
        by_itself = rf"[}},]\.{name}[{{,:]"
        assert bool(re.search(by_itself, whole)) is bool(re.search(by_itself, served)), name
        if f"--{name}:" in whole:
            assert f"--{name}:" in served, name
    used = set(re.findall(r"var\((--kern-[\w-]+)", served)) & set(
        re.findall(r"(--kern-[\w-]+)\s*:", whole)
    )
    assert used <= set(re.findall(r"(--kern-[\w-]+)\s*:", served))
    assert ".kern-dialog" not in served
    assert len(served) < len(whole) / 3


def test_pruning_keeps_what_may_match() -> None:
    css = (
        '@charset "UTF-8";:root{--kern-a: var(--kern-b);--kern-b: 1px;--kern-c: 2px}a{color:red}'
        ".kern-x,.kern-y:not(.kern-z),.kern-z{width:var(--kern-a)}.kern-x:has(.kern-z){top:0}"
        "@media print{.kern-z{color:red}}@media screen{.kern-x{color:red}}"
    )
    assert pruned(css, {"kern-x", "kern-y"}) == (
        ":root{--kern-a: var(--kern-b);--kern-b: 1px;}a{color:red}"
        ".kern-x,.kern-y:not(.kern-z){width:var(--kern-a)}@media screen{.kern-x{color:red}}"
    )


def test_npm_files_are_found_and_nothing_beside_them() -> None:
    assert finders.find("kern/kern.min.css")
    for path in (
        "kern/kern.css",
        "kern/../package.json",
        "fira-sans/900.css",
        "kern/",
        "kern.min.css",
    ):
        assert finders.find(path) is None, path


def test_a_missing_package_is_named_with_the_command(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.NODE_MODULES = tmp_path
    errors = NpmFinder().check()
    assert [error.id for error in errors] == ["pages.E001"] * 2
    assert all("npm ci" in str(error.hint) for error in errors)


def test_collected_files_have_hashed_names_and_resolve_their_fonts(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    for name in ("kern/kern.min.css", "fira-sans/latin-400.css", "pages/portal.css"):
        collected = tmp_path / staticfiles_storage.stored_name(name)
        assert collected.is_file()
        assert collected.name != Path(name).name
        for address in re.findall(r"url\([\"']?([^)\"']+)", collected.read_text("utf-8")):
            if not address.startswith("data:"):
                assert (collected.parent / address).is_file(), address
