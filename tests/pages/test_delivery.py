"""What is delivered with the portal: static files from npm, catalogues, templates."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import LazySettings, settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template.engine import Engine
from django.utils.translation.template import templatize
from wagtail.models import get_page_models

from inspections.reports.rules import ReporterKind
from pages.npm import NpmFinder

PAGES = settings.BASE_DIR / "site" / "pages"
TEMPLATES = sorted((PAGES / "templates").rglob("*.html"))
SHOWN_OF_REPORTS = ("Category", "ReporterKind", "PublicState")
CALL = re.compile(r"\b(?:gettext|_)\((u?r?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))")


def catalogue(language: str) -> dict[str, str]:
    file = settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.po"
    with file.open("rb") as stream:
        return {str(entry.id): str(entry.string) for entry in read_po(stream) if entry.id}


def spoken() -> set[str]:
    """Every string the public templates, and the words of hours and topics, ask gettext for."""
    found: set[str] = set()
    for template in TEMPLATES:
        code = templatize(template.read_text("utf-8"), origin=str(template))
        found |= {str(ast.literal_eval(literal)) for literal in CALL.findall(code)}
    for name in ("queries.py", "models/offers.py"):
        tree = ast.parse((PAGES / name).read_text("utf-8"))
        for node in ast.walk(tree):
            scope = name == "queries.py" or (
                isinstance(node, ast.ClassDef) and node.name == "Topic"
            )
            if scope:
                found |= _calls(node)
    return found | _of_reporting()


def _of_reporting() -> set[str]:
    """What the forms for reports say, with the words they take from the reports themselves."""
    found = set()
    for name in ("forms.py", "views.py"):
        found |= _calls(ast.parse((PAGES / "reporting" / name).read_text("utf-8")))
    for file in [*(PAGES / "search").glob("*.py"), *(PAGES / "sharing").glob("*.py")]:
        if file.name != "viewsets.py":
            found |= _calls(ast.parse(file.read_text("utf-8")))
    rules = settings.BASE_DIR / "site" / "inspections" / "reports" / "rules.py"
    for node in ast.parse(rules.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.name in SHOWN_OF_REPORTS:
            found |= _calls(node)
    return found - {str(ReporterKind.AGENCY.label)}


def _calls(tree: ast.AST) -> set[str]:
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "gettext_noop")
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_word_of_the_templates_is_translated() -> None:
    asked = spoken()
    assert len(asked) > 50
    known = catalogue("ro")
    assert {word for word in asked if not known.get(word)} == set()


def test_the_catalogue_holds_nothing_that_is_not_asked_for() -> None:
    assert set(catalogue("ro")) - spoken() == set()


@pytest.mark.parametrize(
    "file",
    [
        settings.LOCALE_PATHS[0] / "ro" / "LC_MESSAGES" / "django.po",
        settings.BASE_DIR / "fixtures" / "portal" / "ro.po",
    ],
)
def test_romanian_is_written_with_comma_below(file: Path) -> None:
    assert not set("şţŞŢ") & set(file.read_text("utf-8"))


def test_placeholders_survive_translation() -> None:
    for original, translated in catalogue("ro").items():
        names = re.findall(r"%\(\w+\)s", original)
        assert sorted(names) == sorted(re.findall(r"%\(\w+\)s", translated)), original


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
    assert {"400.css", "600.css"} <= names
    assert len(names) == 3 + 2 * 2 * 7, "two weights, two formats, seven ranges of characters"


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
    for name in ("kern/kern.min.css", "fira-sans/400.css", "pages/portal.css"):
        collected = tmp_path / staticfiles_storage.stored_name(name)
        assert collected.is_file()
        assert collected.name != Path(name).name
        for address in re.findall(r"url\([\"']?([^)\"']+)", collected.read_text("utf-8")):
            if not address.startswith("data:"):
                assert (collected.parent / address).is_file(), address
