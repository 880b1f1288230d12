"""What can be done with an import: upload, plan, confirm, cancel, resume. Each exactly once."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange import progress
from exchange.models import ImportRow, ImportRun
from exchange.reading.opening import Choices
from exchange.refusals import EmptyFile, TooLarge
from exchange.rules import RUNNING, STALLED_AFTER, TRANSITIONS, State
from history.actor import System
from history.erasure import also_erases


class NotNow(Exception):  # noqa: N818
    """The run is not in the state for this; somebody was faster, or pressed twice."""

    def __init__(self, run: ImportRun) -> None:
        super().__init__(
            _("Dieser Import ist schon weiter: %s.") % State(run.state).label,
        )
        self.run = run


def locked(run: ImportRun) -> ImportRun:
    """The run as it is now, nobody else's until the transaction ends."""
    return ImportRun.objects.select_for_update().get(pk=run.pk)


def move(run: ImportRun, verb: str, **values: Any) -> ImportRun:
    """Execute one line of the transition table under a row lock. Raises NotNow."""
    transition = TRANSITIONS[verb]
    with transaction.atomic():
        current = locked(run)
        if current.state not in transition.sources:
            raise NotNow(current)
        for name, value in {"state": transition.target, **values}.items():
            setattr(current, name, value)
            setattr(run, name, value)
        current.save(update_fields=["state", *values])
    return current


def upload(
    *,
    model: type[Model],
    who: Any,
    name: str,
    content: File[bytes],
    choices: Choices = Choices(),  # noqa: B008
) -> ImportRun:
    """Keep the file and open a run for it. Raises EmptyFile and TooLarge. Nothing is read yet.

    `who`: a user, or the System that acts.
    """
    if not content.size:
        raise EmptyFile
    if content.size > settings.IMPORT_MAX_BYTES:
        raise TooLarge(settings.IMPORT_MAX_BYTES)
    digest = hashlib.sha256()
    for chunk in content.chunks():
        digest.update(chunk)
    run = ImportRun(
        collection=model._meta.label_lower,
        file_name=PurePath(name).name[:200],
        sha256=digest.hexdigest(),
        size=content.size,
        wanted_encoding=choices.encoding,
        wanted_sheet=choices.sheet,
        uploaded_by=None if isinstance(who, System) else who,
    )
    run.file.save(run.sha256, content, save=False)
    run.save()
    return run


def start_planning(run: ImportRun) -> None:
    """Hand the run to the worker, in the transaction that says so."""
    from exchange.tasks import plan_import

    with transaction.atomic():
        move(run, "plan")
        plan_import.enqueue(run.pk)


def confirm(run: ImportRun, user: Any) -> None:
    """Have the stored plan applied. A second press finds another state and raises NotNow."""
    from exchange.tasks import apply_import

    with transaction.atomic():
        current = locked(run)
        if not current.confirmable:
            raise NotNow(current)
        move(run, "confirm", confirmed_by=user, confirmed_at=timezone.now(), done=0)
        apply_import.enqueue(run.pk)


def cancel(run: ImportRun) -> None:
    """Throw the plan away: rows and file go, the run stays as a record of the upload."""
    with transaction.atomic():
        move(run, "cancel", finished_at=timezone.now())
        forget_content(run)


def stalled(run: ImportRun) -> bool:
    """Whether the worker gave no sign of life for so long that it must have died."""
    if run.state not in RUNNING:
        return False
    last = progress.read(run.pk)
    started = run.confirmed_at if run.state == State.APPLYING else run.uploaded_at
    waited = last.age if last else (timezone.now() - (started or run.uploaded_at)).total_seconds()
    return waited > STALLED_AFTER


def resume(run: ImportRun) -> None:
    """Start the work again after a worker died: it left nothing half done. Raises NotNow."""
    from exchange.tasks import apply_import, plan_import

    with transaction.atomic():
        current = locked(run)
        if not stalled(current):
            raise NotNow(current)
        progress.report(run.pk, 0, current.total)
        task = apply_import if current.state == State.APPLYING else plan_import
        task.enqueue(run.pk)


def forget_content(run: ImportRun) -> None:
    """Remove what the file said: its rows and the file itself, once the transaction is through."""
    run.rows.all().delete()
    _forget_file(run)


@also_erases
def forget_record(model: type[Model], pk: Any) -> None:
    """What imports keep about an erased record: its planned rows, and the files that named it.

    The rows stay as lines of the receipt, without a word of what they said. The files go whole:
    a table cannot be given back with one person cut out.
    """
    rows = ImportRow.objects.filter(run__collection=model._meta.label_lower, target=pk)
    runs = list(ImportRun.objects.filter(pk__in=rows.values("run")))
    rows.update(key_text="", changes={}, errors=[], remarks=[], cells=[])
    for run in runs:
        _forget_file(run)


def _forget_file(run: ImportRun) -> None:
    name, storage = run.file.name, run.file.storage
    if name:
        ImportRun.objects.filter(pk=run.pk).update(file="")
        run.file = ""
        transaction.on_commit(lambda: storage.delete(name))


def earlier(run: ImportRun) -> QuerySet[ImportRun]:
    """Imports of the very same file into the same collection that were applied before."""
    return ImportRun.objects.filter(
        collection=run.collection, sha256=run.sha256, state=State.APPLIED
    ).exclude(pk=run.pk)


def expire(before: datetime) -> int:
    """Remove what files of before that moment said. Returns how many imports were concerned.

    An import that was applied keeps which records it wrote and what they were before; the file,
    the names and the cells of rows it did not take go. Of others nothing but the head stays.
    """
    count = 0
    for run in ImportRun.objects.filter(uploaded_at__lt=before).exclude(file="").iterator():
        with transaction.atomic():
            if run.state == State.PLANNED:
                move(run, "cancel", finished_at=timezone.now())
            if run.state == State.APPLIED:
                run.rows.update(cells=[], key_text="")
                _forget_file(run)
            else:
                forget_content(run)
        count += 1
    return count
