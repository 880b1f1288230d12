"""Photos of a report: kept with it or not at all, and erased with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from history.erasure import also_erases, erase
from history.shapes import shape_of
from inspections.models import DefectReport, ReportPhoto
from inspections.photos import private_storage, store_first


@contextmanager
def drawn(files: Iterable[File]) -> Iterator[list[ReportPhoto]]:
    """Photos with their files stored, to be saved within; what is not saved leaves no file.

    Drawn before a transaction begins: it takes a while, and a database may have one writer only.
    """
    photos = [ReportPhoto(number=number, file=file) for number, file in enumerate(files, 1)]
    is_done = False
    try:
        for photo in photos:
            store_first(photo)
        yield photos
        is_done = True
    finally:
        for photo in photos:
            file: Any = photo.file
            if file._committed and not (is_done and photo.pk):
                private_storage().delete(file.name)


@also_erases
def erase_photos(model: type[Any], pk: Any) -> None:
    """Number and measures stay. The file goes once the transaction is through."""
    if model is ReportPhoto:
        for name in ReportPhoto.objects.filter(pk=pk).values_list("file", flat=True):
            transaction.on_commit(lambda name=name: private_storage().delete(name))  # type: ignore[misc]
    elif model is DefectReport:
        rule = _("Folgt der Löschung von %s.") % shape_of(model).reference(pk)
        for photo in ReportPhoto.objects.filter(report_id=pk):
            erase(photo, rule=rule)
