"""The files of exports and packages: made whole or not at all, kept for a while, forgotten."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange import progress
from exchange.outgoing import ExportRun, Outgoing, Package, Stage, outgoing_name, private_storage
from exchange.rules import STALLED_AFTER
from exchange.writing import DoesNotFit
from history.erasure import also_erases

_PART = ".part"
_BLOCK = 1024 * 1024


class NotAllowed(Exception):  # noqa: N818
    """The right to export was taken away meanwhile, or the account."""

    def __init__(self) -> None:
        super().__init__(_("Das Recht, diese Liste zu exportieren, besteht nicht mehr."))


@contextmanager
def filling(record: ExportRun | Package) -> Iterator[IO[bytes]]:
    """The file of the record, to be filled inside.

    Afterwards the record is ready, with digest and expiry; or failed with the reason and no file.
    A worker that dies leaves it "making" and an unfinished file that `expire` sweeps up.
    """
    storage = private_storage()
    name = outgoing_name(record, "")
    path = Path(storage.path(name))
    part = path.with_suffix(_PART)
    message = _("Die Datei konnte nicht erstellt werden. Bitte versuchen Sie es noch einmal.")
    ready = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            yield file
            file.flush()
            sha256, size = digest_of(file)
        part.replace(path)
        ready = True
    except (DoesNotFit, NotAllowed) as refusal:
        message = str(refusal)
    except OSError as error:
        message = _("Die Datei ließ sich nicht speichern: %s.") % error.strerror
    finally:
        progress.over(record.key)
        part.unlink(missing_ok=True)
        if not ready:
            _end(record, Stage.FAILED, message=message)
    if ready and not _end(
        record,
        Stage.READY,
        file=name,
        sha256=sha256,
        size=size,
        count=record.count,
        expires_at=timezone.now() + timedelta(hours=settings.EXPORT_KEEP),
    ):
        path.unlink(missing_ok=True)  # another worker was faster


def digest_of(file: IO[bytes]) -> tuple[str, int]:
    """(SHA-256, size) of the whole file."""
    digest = hashlib.sha256()
    file.seek(0)
    while block := file.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest(), file.tell()


def _end(record: ExportRun | Package, stage: Stage, **values: Any) -> bool:
    """Leave "making", once. False: somebody else did."""
    values |= {"stage": stage, "finished_at": timezone.now()}
    if isinstance(record, ExportRun):
        values["query"] = ""
    rows = type(record)._default_manager.filter(pk=record.pk, stage=Stage.MAKING)
    ended = rows.update(**values) == 1
    record.refresh_from_db()
    return ended


def sent(record: ExportRun, *, sha256: str, size: int, count: int) -> None:
    """The file went straight to whoever asked for it, to its last byte."""
    _end(record, Stage.SENT, sha256=sha256, size=size, count=count)


def broken_off(record: ExportRun, message: str) -> None:
    _end(record, Stage.FAILED, message=message)


def stalled(record: ExportRun | Package) -> bool:
    """Whether the worker gave no sign of life for so long that it must have died."""
    if not record.making or not record.long_silent:
        return False
    last = progress.read(record.key)
    return last is None or last.age > STALLED_AFTER


def expire(now: datetime) -> int:
    """Delete the files whose time is over, and what dead workers left. Returns how many."""
    count = 0
    models: tuple[type[ExportRun] | type[Package], ...] = (ExportRun, Package)
    for model in models:
        for record in model._default_manager.filter(stage=Stage.READY, expires_at__lte=now):
            forget_file(record)
            count += 1
        too_late = _("Die Datei wurde nicht rechtzeitig fertig.")
        long_ago = now - timedelta(hours=settings.EXPORT_KEEP + 24)
        for record in model._default_manager.filter(stage=Stage.MAKING, requested_at__lte=long_ago):
            _end(record, Stage.FAILED, message=too_late)
    _sweep(now.timestamp() - 24 * 3600)
    return count


def _sweep(before: float) -> None:
    for part in (Path(settings.PRIVATE_ROOT) / "export").glob(f"*/*/*{_PART}"):
        if part.stat().st_mtime < min(before, time.time()):
            part.unlink(missing_ok=True)


def forget_file(record: Outgoing) -> None:
    """The file goes once the transaction is through; the record of the transfer stays."""
    name, storage = record.file.name, record.file.storage
    record.file, record.stage = "", Stage.EXPIRED
    record.save(update_fields=["file", "stage"])
    if name:
        transaction.on_commit(lambda: storage.delete(name))


@also_erases
def forget_waiting(model: type[Any], pk: Any) -> None:
    """All files that wait to be fetched: tables of other collections name a record by its key."""
    for waiting in (ExportRun, Package):
        for record in waiting._default_manager.filter(stage=Stage.READY):
            forget_file(record)
