"""A table that is too large is answered, not suffered: what is over the limit is never kept."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.functional import cached_property

_TOO_LARGE = "_exchange_upload_too_large"


class CappedUpload(FileUploadHandler):
    """Counts what comes in for views marked `capped_upload`; drops a file over IMPORT_MAX_BYTES.

    Drops every file of whoever is not signed in: any form would take one onto the disk before its
    view says no. The portal's page for photos brings handlers of its own.

    The rest of the file is read in chunks and thrown away, so that the browser gets to hear the
    answer. Not by StopUpload: Django then reads on line by line, and a line may have a gigabyte.
    """

    size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if not self._is_signed_in:
            raise SkipFile
        self.size += len(raw_data)
        if self._capped and self.size > settings.IMPORT_MAX_BYTES:
            setattr(self.request, _TOO_LARGE, True)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    @cached_property
    def _is_signed_in(self) -> bool:
        user = getattr(self.request, "user", None)
        return bool(user and user.is_authenticated)

    @property
    def _capped(self) -> bool:
        match = getattr(self.request, "resolver_match", None)
        view: Any = match.func if match else None
        return bool(getattr(view, "capped_upload", False))


def too_large(request: HttpRequest) -> bool:
    """Whether this request brought a file over the limit. Ask after `request.FILES`."""
    return bool(getattr(request, _TOO_LARGE, False))
