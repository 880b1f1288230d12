"""Photos on their way in: what is too large or too many is dropped while it arrives, and told."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from inspections.photos import MAX_BYTES, redrawn
from pages.reporting import drafts, limits
from pages.reporting.drafts import MOST_PHOTOS, TooMany

LARGEST = (
    2 * MOST_PHOTOS * MAX_BYTES
)  # bytes of a form that is read at all, to be told what is wrong
_LONGEST_NAME = 60
_MOST_NAMED = 20  # of those left over


class PhotoUpload(FileUploadHandler):
    """Lets through so many files of such a size. Nothing of the others is kept, nor held in memory.

    The rest of a file is read and thrown away, so that the browser gets to hear the answer.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.count = 0
        self.size = 0
        self.too_large: list[str] = []
        self.too_many: list[str] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.count += 1
        self.size = 0
        if self.count > MOST_PHOTOS:
            self.too_many.append(self.file_name or "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        # Not in new_file: Django would close the file before this one, which is a good one.
        if self.count > MOST_PHOTOS:
            raise SkipFile
        self.size += len(raw_data)
        if self.size > MAX_BYTES:
            self.too_large.append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def take(request: HttpRequest, seed: str, upload: PhotoUpload) -> list[str]:
    """Keep the good ones of the photos that were sent. Returns what is wrong with the others."""
    files = request.FILES.getlist("photos")
    problems = [
        _named(name, _("Das Foto ist größer als 10 MB. Bitte kleiner aufnehmen."))
        for name in upload.too_large
    ]
    too_many = list(upload.too_many)
    for file in files:
        if limits.is_reached(limits.PHOTOS, request) or limits.is_reached(
            limits.ALL_PHOTOS, request
        ):
            problems.append(
                _("Das waren sehr viele Fotos. Bitte senden Sie die Meldung ohne weitere Fotos.")
            )
            break
        try:
            drafts.add_photo(seed, redrawn(file))
        except ValidationError as error:
            problems += [_named(file.name or "", message) for message in error.messages]
        except TooMany:
            too_many.append(file.name or "")
        for limit in (limits.PHOTOS, limits.ALL_PHOTOS):
            limits.count(limit, request)
    problems += [
        _named(name, _("Es sind höchstens %(most)s Fotos möglich.") % {"most": MOST_PHOTOS})
        for name in too_many[:_MOST_NAMED]
    ]
    return problems


def _named(name: str, problem: str) -> str:
    return f"{name[:_LONGEST_NAME]}: {problem}"
