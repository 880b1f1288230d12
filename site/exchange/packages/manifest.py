"""The papers of a package: what is in it, and the acknowledgement the partner sends back.

A package is a ZIP with one CSV per table, `manifest.json` and `quittung.json`. Both papers are
JSON in UTF-8; VERSION counts changes of their shape. The manifest names every table with its
columns, its number of records and its SHA-256, and the package before it to the same recipient,
so that one that got lost is noticed. In the acknowledgement the recipient fills in how many
records of each table were taken over and refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

FORMAT, RECEIPT = "sammlungspaket", "sammlungspaket-quittung"
VERSION = 1
MANIFEST_NAME, RECEIPT_NAME = "manifest.json", "quittung.json"


class BadPaper(Exception):  # noqa: N818
    """A manifest or an acknowledgement is not what it should be; `problems` say where."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(self.problems))


def written(paper: Mapping[str, Any]) -> bytes:
    """The same paper gives the same bytes."""
    return (json.dumps(paper, ensure_ascii=False, indent=2) + "\n").encode()


def manifest_of(
    *,
    number: int,
    as_of: str,
    sender: str,
    recipient: str,
    purpose: str,
    previous: tuple[int, str] | None,
    tables: list[dict[str, Any]],
) -> dict[str, Any]:
    """`previous`: number and SHA-256 of the package before. `tables`: see the module."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "number": number,
        "as_of": as_of,
        "sender": sender,
        "recipient": recipient,
        "purpose": purpose,
        "previous": {"number": previous[0], "sha256": previous[1]} if previous else None,
        "tables": tables,
    }


def blank_receipt(manifest: Mapping[str, Any], manifest_sha256: str) -> dict[str, Any]:
    """The acknowledgement, to be filled in by the recipient."""
    return {
        "format": RECEIPT,
        "version": VERSION,
        "number": manifest["number"],
        "sender": manifest["sender"],
        "recipient": manifest["recipient"],
        "manifest_sha256": manifest_sha256,
        "received_at": None,
        "tables": [
            {"file": table["file"], "sha256": table["sha256"], "taken": None, "refused": None}
            for table in manifest["tables"]
        ],
        "note": "",
    }


def read_paper(content: bytes, expected: str) -> dict[str, Any]:
    """The paper as a dictionary. Raises BadPaper for anything else."""
    try:
        paper = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise BadPaper([_("Das ist keine lesbare JSON-Datei.")]) from None
    if not isinstance(paper, dict) or paper.get("format") != expected:
        raise BadPaper([_("Das ist nicht die erwartete Datei („%s“).") % expected])
    if paper.get("version") != VERSION:
        message = _("Fassung %(found)s der Datei ist unbekannt; gelesen wird Fassung %(known)d.")
        raise BadPaper([message % {"found": paper.get("version"), "known": VERSION}])
    return paper


@dataclass(frozen=True)
class Acknowledged:
    """Sums over the tables of a package."""

    taken: int
    refused: int


def check_receipt(
    receipt: Mapping[str, Any],
    *,
    number: int,
    manifest_sha256: str,
    tables: Iterable[Mapping[str, Any]],
) -> Acknowledged:
    """Whether the acknowledgement fits the package, table by table. Raises BadPaper."""
    problems = []
    if receipt.get("number") != number or receipt.get("manifest_sha256") != manifest_sha256:
        problems.append(_("Die Quittung gehört zu einem anderen Paket."))
    lines = receipt.get("tables")
    told = {
        line["file"]: line for line in (lines if isinstance(lines, list) else ()) if _is_map(line)
    }
    taken = refused = 0
    for table in tables:
        line = told.pop(table["file"], None)
        wrong = _wrong(table, line)
        if wrong:
            problems.append(f"{table['file']}: {wrong}")
        elif line is not None:
            taken += line["taken"]
            refused += line["refused"]
    problems += [_("%s ist nicht Teil des Pakets.") % name for name in told]
    if problems:
        raise BadPaper(problems)
    return Acknowledged(taken, refused)


def _is_map(line: Any) -> bool:
    return isinstance(line, dict) and isinstance(line.get("file"), str)


def _wrong(table: Mapping[str, Any], line: Mapping[str, Any] | None) -> str:
    if line is None:
        return _("fehlt in der Quittung.")
    if line.get("sha256") != table["sha256"]:
        return _("die Prüfsumme ist eine andere; die Datei ist nicht so angekommen, wie sie war.")
    counts = (line.get("taken"), line.get("refused"))
    if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in counts):
        return _("übernommene und abgelehnte Zeilen sind nicht eingetragen.")
    if sum(n for n in counts if n is not None) != table["count"]:
        return _("übernommene und abgelehnte Zeilen ergeben zusammen nicht %d.") % table["count"]
    return ""
