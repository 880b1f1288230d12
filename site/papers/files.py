"""The bytes of issued papers in the private storage, written once and never over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from papers.models.issued import IssuedPaper

FOLDER = "papers"


class Altered(Exception):  # noqa: N818
    """The stored file is missing or is not the one that was issued."""


class Fault(NamedTuple):
    """What is wrong with the file of a paper; `reference` is "" for a file without a paper."""

    reference: str
    text: str

    def __str__(self) -> str:
        return f"{self.reference}: {self.text}" if self.reference else self.text


def private_storage() -> Storage:
    return storages["private"]


def store(pdf: bytes) -> str:
    """Keep the bytes under a name nobody can guess. Returns it."""
    name = f"{FOLDER}/{timezone.localdate():%Y/%m}/{get_random_string(32)}.pdf"
    return private_storage().save(name, ContentFile(pdf))


def remove(name: str) -> None:
    if name:
        private_storage().delete(name)


def bytes_of(paper: IssuedPaper) -> bytes:
    """The file, proved against its digest. Raises Altered."""
    try:
        with private_storage().open(paper.stored_as) as file:
            pdf = bytes(file.read())
    except OSError:
        raise Altered(_("Die Datei fehlt.")) from None
    if hashlib.sha256(pdf).hexdigest() != paper.sha256:
        raise Altered(
            _("Die Datei ist nicht mehr die, die ausgestellt wurde (Prüfsumme weicht ab).")
        )
    return pdf


def faults() -> Iterator[Fault]:
    """Papers whose file is missing, altered or outlived their erasure; files without a paper."""
    known = set()
    for paper in IssuedPaper.objects.order_by("pk").iterator():
        known.add(paper.stored_as)
        if paper.erased:
            if private_storage().exists(paper.stored_as):
                yield Fault(paper.reference, _("Der Inhalt ist gelöscht, die Datei nicht."))
            continue
        try:
            bytes_of(paper)
        except Altered as altered:
            yield Fault(paper.reference, str(altered))
    for name in sorted(set(_stored(FOLDER)) - known):
        yield Fault("", _("Zur Datei %s gibt es kein Schreiben.") % name)


def _stored(folder: str) -> Iterator[str]:
    storage = private_storage()
    if not storage.exists(folder):
        return
    folders, names = storage.listdir(folder)
    yield from (f"{folder}/{name}" for name in names)
    for inner in folders:
        yield from _stored(f"{folder}/{inner}")
