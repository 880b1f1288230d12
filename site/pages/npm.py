"""Static files that come from npm: exactly the ones named in settings.NPM_STATIC, nothing else.

`npm ci` puts packages with thousands of files into node_modules; the portal needs one stylesheet
and one typeface of them. This finder lets `collectstatic` and the development server see those.
Of a stylesheet that is `pruned`, they see what some page of ours can match (`pages.pruning`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

from pages.pruning import names_in, pruned


class NpmFiles(NamedTuple):
    """`prefix` is the folder under STATIC_URL, `directory` the one in node_modules, `patterns`
    what is taken from it (shell patterns against the path below `directory`)."""

    prefix: str
    directory: str
    patterns: tuple[str, ...]
    is_pruned: bool = False

    @property
    def source(self) -> Path:
        return Path(settings.NODE_MODULES) / self.directory

    @property
    def root(self) -> Path:
        return _pruned_copy(self) if self.is_pruned else self.source

    def wants(self, path: str) -> bool:
        return any(fnmatch(path, pattern) for pattern in self.patterns)


@cache
def _pruned_copy(files: NpmFiles) -> Path:
    """A folder with the stylesheets as they are served; written anew once in a process."""
    folder = Path(settings.DATA_DIR) / "npm" / files.prefix
    folder.mkdir(parents=True, exist_ok=True)
    names = names_in(Path(settings.BASE_DIR) / "site")
    for file in files.source.iterdir():
        if files.wants(file.name):
            unfinished = folder / f".{file.name}.{os.getpid()}"
            unfinished.write_text(pruned(file.read_text("utf-8"), names), "utf-8")
            unfinished.replace(folder / file.name)
    return folder


def sources() -> list[NpmFiles]:
    rows: Iterable[Any] = settings.NPM_STATIC
    return [NpmFiles(*row) for row in rows]


class NpmFinder(BaseFinder):
    """Finds the files of settings.NPM_STATIC for `collectstatic`, `findstatic` and `runserver`."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return [
            Error(
                f"The npm package folder {source.directory} is missing.",
                hint="Run: npm ci",
                id="pages.E001",
            )
            for source in sources()
            if not source.source.is_dir()
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file, or with `find_all` the list of files; an empty list when there is none."""
        found = [
            str(source.root / inner)
            for source in sources()
            for inner in [path.removeprefix(f"{source.prefix}/")]
            if inner != path and source.wants(inner) and (source.root / inner).is_file()
        ]
        return found[0] if found and not find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        ignored = list(ignore_patterns or ())
        for source in sources():
            storage = FileSystemStorage(location=source.root)
            storage.prefix = source.prefix  # type: ignore[attr-defined]  # asked by collectstatic
            for file in sorted(source.root.rglob("*")):
                inner = file.relative_to(source.root).as_posix()
                skip = any(fnmatch(inner, pattern) for pattern in ignored)
                if file.is_file() and source.wants(inner) and not skip:
                    yield inner, storage
