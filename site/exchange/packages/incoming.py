"""A package from a partner, on our side: checked whole before any of its tables is touched."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext as _

from catalogue import model_of
from exchange.packages.dependencies import referred_first
from exchange.packages.manifest import FORMAT, MANIFEST_NAME, BadPaper, blank_receipt, read_paper
from exchange.reading.archive import Refused, checked

_NAME = re.compile(r"[\w-]{1,80}\.csv")
_MAX_PAPER = 1024 * 1024
_MAX_TABLES = 100


@dataclass(frozen=True)
class Part:
    """One table of a package: its line in the manifest, and the collection it is for."""

    line: Mapping[str, Any]
    model: type[Model]


class Incoming:
    """A checked package. `parts` are in the order in which they have to go in."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        paper = self._read(MANIFEST_NAME, _MAX_PAPER)
        self.manifest = read_paper(paper, FORMAT)
        self.digest = hashlib.sha256(paper).hexdigest()
        self.parts = self._checked()

    def receipt(self) -> dict[str, Any]:
        """The acknowledgement, to be filled in."""
        return blank_receipt(self.manifest, self.digest)

    @contextmanager
    def opened(self, part: Part) -> Iterator[io.BytesIO]:
        """The bytes of a table; the check has seen that they are no more than a table may have."""
        yield io.BytesIO(self._read(part.line["file"], settings.IMPORT_MAX_BYTES))

    def _checked(self) -> list[Part]:
        lines = self.manifest.get("tables")
        for name, kind in (("number", int), ("sender", str), ("recipient", str)):
            if not isinstance(self.manifest.get(name), kind):
                raise BadPaper([_("Im Begleitblatt fehlt „%s“.") % name])
        if not isinstance(lines, list) or not 0 < len(lines) <= _MAX_TABLES:
            raise BadPaper([_("Das Begleitblatt nennt keine Tabellen.")])
        problems = [problem for line in lines for problem in self._problems(line)]
        if problems:
            raise BadPaper(problems)
        parts = {
            model_of(line["collection"]): Part(line, model_of(line["collection"])) for line in lines
        }
        if len(parts) < len(lines):
            raise BadPaper([_("Das Begleitblatt nennt eine Sammlung zweimal.")])
        return [parts[model] for model in referred_first(parts)]

    def _problems(self, line: Any) -> Iterator[str]:
        """What is wrong with one table; at most the first thing."""
        name = line.get("file") if isinstance(line, dict) else None
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            yield _("Das Begleitblatt nennt eine Tabelle ohne brauchbaren Dateinamen.")
            return
        try:
            model_of(str(line.get("collection")))
        except LookupError:
            yield _("%(file)s: Die Sammlung „%(name)s“ gibt es hier nicht.") % {
                "file": name,
                "name": str(line.get("collection"))[:100],
            }
            return
        try:
            content = self._read(name, settings.IMPORT_MAX_BYTES)
        except BadPaper as refusal:
            yield str(refusal)
            return
        if hashlib.sha256(content).hexdigest() != line.get("sha256"):
            yield _("%s: Die Prüfsumme stimmt nicht. Die Datei wurde verändert.") % name
        elif _records(content) != line.get("count"):
            yield _("%(file)s: Angekündigt sind %(told)s Datensätze, enthalten sind %(found)d.") % {
                "file": name,
                "told": str(line.get("count"))[:20],
                "found": _records(content),
            }

    def _read(self, name: str, limit: int) -> bytes:
        """One file of the archive, never more than `limit` bytes of it. Raises BadPaper."""
        try:
            with self.archive.open(name) as file:
                content = file.read(limit + 1)
        except KeyError:
            raise BadPaper([_("%s fehlt im Paket.") % name]) from None
        except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError):
            # Each of them is how zipfile says that these bytes do not unpack.
            raise BadPaper([_("%s lässt sich nicht auspacken.") % name]) from None
        if len(content) > limit:
            raise BadPaper([_("%s ist zu groß.") % name])
        return content


def _records(content: bytes) -> int:
    """Records of a table of a package: UTF-8, semicolons, one line of headings. -1: no table."""
    try:
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        return sum(1 for row in csv.reader(text, delimiter=";") if row) - 1
    except (UnicodeDecodeError, csv.Error):
        return -1


@contextmanager
def opened(path: Path) -> Iterator[Incoming]:
    """The package in this file. Raises BadPaper for what is none, or not as it was sent."""
    try:
        archive = checked(str(path))
    except Refused as refusal:
        reasons = {
            "OversizedWorkbook": _("Das Paket ist ausgepackt zu groß."),
            "EncryptedWorkbook": _("Das Paket ist mit einem Passwort geschützt."),
        }
        reason = reasons.get(refusal.code, _("Das ist kein lesbares ZIP-Archiv."))
        raise BadPaper([reason]) from None
    with archive:
        yield Incoming(archive)
