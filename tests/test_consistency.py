"""What no single room can see: names, sizes, leftovers, and that each thing is in one place."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.template.loader import get_template
from wagtail.models import Page, get_page_models
from wagtail.permissions import policy_registry
from wagtail.snippets.models import get_snippet_models

from access.policy import policy_of
from backoffice.viewsets import CollectionViewSet
from catalogue import collections
from history.recorded import recorded_models

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "site"
ROOMS = sorted(path.name for path in SITE.iterdir() if (path / "__init__.py").is_file())

# Names that invite everything, and so say nothing.
NOWHERE = {"utils", "util", "helpers", "helper", "common", "core", "base", "misc", "tools"}

# Direct dependencies that no file of site/ imports, and what they are there for.
NOT_IMPORTED = {
    "argon2-cffi": "the password hash in settings",
    "gunicorn": "the web server in the Procfile",
    "honcho": "runs the Procfile",
    "psycopg": "the driver of PostgreSQL",
    "whitenoise": "a middleware in settings",
}


def tracked(*patterns: str) -> list[Path]:
    """The files of this repository that git knows, plus new ones it does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def python_files() -> list[Path]:
    return [path for path in tracked("site/**.py") if "migrations" not in path.parts]


def test_no_room_is_named_like_a_module_of_python() -> None:
    assert not set(ROOMS) & sys.stdlib_module_names
    assert not (SITE / "__init__.py").exists(), "site/ is on the path, not a package"


def test_no_module_is_named_for_everything() -> None:
    names = {path: {path.stem, *path.relative_to(ROOT).parts} for path in tracked("*.py")}
    assert not [path for path, parts in names.items() if parts & NOWHERE]


def test_no_file_is_longer_than_one_sitting() -> None:
    patterns = ("*.py", "*.html", "*.css", "*.js", "*.sh")
    files = [path for path in tracked(*patterns) if not {"migrations", "golden"} & {*path.parts}]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files}
    assert not {path: lines for path, lines in lengths.items() if lines > 400}


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        str(path.relative_to(SITE))
        for path in python_files()
        if re.search(r"os\.(environ\b(?!\.setdefault\(\"DJANGO_SETTINGS)|getenv)", path.read_text())
    }
    # backup.py hands the environment on to pg_dump, with the password in it.
    assert readers == {"config/settings.py", "config/management/commands/backup.py"}


def test_every_room_is_installed_and_on_the_readme_s_map() -> None:
    readme = (ROOT / "README.md").read_text("utf-8").split("\n## Map of the tree\n")[1]
    drawn = re.findall(r"^\| `site/(\w+)/` \|", readme.split("\n## ")[0], re.M)
    installed = [config.name for config in apps.get_app_configs() if config.name in ROOMS]
    apps_drawn = [room for room in drawn if (SITE / room / "apps.py").exists()]
    assert apps_drawn == installed, "the map is in the order of the rooms, from top to bottom"
    assert sorted(drawn) == ROOMS


def test_every_recorded_model_is_a_collection_with_its_policy_and_guarded_screens() -> None:
    assert set(recorded_models()) == set(collections())
    for model in collections():
        assert policy_registry.get_by_type(model) is policy_of(model), model
        assert model in get_snippet_models(), model
        assert isinstance(model.snippet_viewset, CollectionViewSet), model


def templates() -> list[Path]:
    return [path for path in tracked("site/**.html", "site/**.txt") if "templates" in path.parts]


def name_of(template: Path) -> str:
    return template.as_posix().split("/templates/", 1)[1]


def shadows_a_library(name: str) -> bool:
    """Whether a library has a template of this name: ours replaces it."""
    for config in apps.get_app_configs():
        path = Path(config.path)
        if SITE not in path.parents and (path / "templates" / name).is_file():
            return True
    return False


def test_no_template_is_left_over() -> None:
    sources = [*python_files(), *templates()]
    named = "\n".join(path.read_text("utf-8") for path in sources)
    by_page_type = {model.template for model in get_page_models() if model is not Page}
    by_collection = {
        f"{model._meta.app_label}/{model._meta.model_name}/{screen}.html"
        for model in collections()
        for screen in ("list", "form", "record", "history", "confirm_delete")
    }
    by_libraries = {"400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"}
    prefixes = tuple(re.findall(r'template_prefix = "([^"]+)"', named))
    unused = [
        name
        for name in map(name_of, templates())
        if name not in by_page_type | by_collection | by_libraries
        and f'"{name}"' not in named
        and f"'{name}'" not in named
        and not name.startswith(prefixes)
        and not shadows_a_library(name)
    ]
    assert not unused


def test_every_template_can_be_compiled() -> None:
    for template in templates():
        get_template(name_of(template))


def direct_dependencies() -> set[str]:
    lines = (ROOT / "requirements.in").read_text().splitlines()
    return {
        re.match(r"[\w-]+", line)[0].lower() for line in lines if line and not line.startswith("#")
    }


def test_every_direct_dependency_is_used() -> None:
    trees = [ast.parse(path.read_text("utf-8")) for path in python_files()]
    imported = {
        name.split(".")[0]
        for node in chain.from_iterable(map(ast.walk, trees))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom) and node.module
            else []
        )
    }
    used = {
        distribution.lower().replace("_", "-")
        for module, distributions in packages_distributions().items()
        if module in imported
        for distribution in distributions
    }
    assert direct_dependencies() - used == set(NOT_IMPORTED)


def test_lock_files_pin_every_file_by_hash() -> None:
    for lock in ("requirements.txt", "tests/requirements.txt", "make/uv.txt", "make/node.txt"):
        text = (ROOT / lock).read_text()
        pins = re.findall(r"^[\w.\[\]-]+==\S+ \\$", text, re.M)
        assert pins, lock
        unpinned = [
            line for line in text.splitlines() if re.match(r"\w", line) and line not in pins
        ]
        assert not unpinned, lock


@pytest.mark.parametrize("catalogue", tracked("*.po"), ids=lambda path: path.parts[-3])
def test_every_translation_is_complete_and_keeps_its_placeholders(catalogue: Path) -> None:
    with catalogue.open("rb") as file:
        messages = read_po(file, abort_invalid=True)
    wrong = [
        message.id
        for message in messages
        if message.id
        and (message.fuzzy or not all(message.string) or list(message.check(messages)))
    ]
    assert not wrong


def test_the_catalogues_are_where_the_settings_look() -> None:
    found = {path.parents[2] for path in tracked("site/**.po")}
    assert found <= {Path(path) for path in settings.LOCALE_PATHS}
