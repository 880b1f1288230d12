"""What can be done with an import: upload, plan, confirm, stop, cancel, resume. Each once."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from exchange import progress
from exchange.models import ImportRow, ImportRun
from exchange.reading.opening import Choices
from exchange.refusals import EmptyFile, NotStored, TooLarge
from exchange.rules import DONE, RUNNING, STALLED_AFTER, TRANSITIONS, Mode, State
from history.actor import System
from history.erasure import also_erases


class NotNow(Exception):  # noqa: N818
    """The run is not in the state for this; somebody was faster, or pressed twice."""

    def __init__(self, run: ImportRun, message: str = "") -> None:
        super().__init__(
            message or _("Dieser Import ist schon weiter: %s.") % State(run.state).label,
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
    """Keep the file and open a run for it. Nothing is read yet.

    Raises EmptyFile, TooLarge, NotStored. `who`: a user, or the System that acts.
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
    _keep(run, content)
    run.save()
    return run


def _keep(run: ImportRun, content: File[bytes]) -> None:
    """Put the file into the private storage, whole. Raises NotStored, and leaves nothing."""
    storage = run.file.storage
    name = storage.get_available_name(run.file.field.generate_filename(run, run.sha256))
    try:
        run.file.name = storage.save(name, content)
    except OSError as error:
        storage.delete(name)
        raise NotStored from error


def start_planning(run: ImportRun) -> None:
    """Hand the run to the worker, in the transaction that says so."""
    from exchange.tasks import plan_import

    with transaction.atomic():
        move(run, "plan")
        plan_import.enqueue(run.pk)


class SecondPerson(Exception):  # noqa: N818
    """The profile asks for four eyes, and these two have been seen already."""

    def __init__(self) -> None:
        super().__init__(
            _("Diesen Import muss eine zweite Person bestätigen, nicht die, die ihn vorbereitet.")
        )


def begin(run: ImportRun, user: Any, mode: str = Mode.ALL) -> bool:
    """Move a plan on to being applied, by the worker or by who calls this.

    False: it has been given to a second person, as the profile wants it. Raises NotNow: a second
    press finds another state, and a plan with refused rows is no whole. `user`: None for the
    command line.
    """
    with transaction.atomic():
        current = locked(run)
        if not (current.state == State.PLANNED and current.confirmable_as(mode)):
            raise NotNow(current)
        if current.four_eyes:
            move(run, "request", requested_by=user, mode=mode)
            return False
        _start(run, "confirm", user, mode)
        return True


def confirm(run: ImportRun, user: Any, mode: str = Mode.ALL) -> None:
    """`begin`, and have the worker apply it."""
    with transaction.atomic():
        if begin(run, user, mode):
            _enqueue(run)


def release(run: ImportRun, user: Any) -> None:
    """The second pair of eyes says yes. Raises SecondPerson and NotNow."""
    with transaction.atomic():
        current = locked(run)
        if user.pk in (current.requested_by_id, current.uploaded_by_id):
            raise SecondPerson
        _start(run, "release", user, current.mode)
        _enqueue(run)


def send_back(run: ImportRun) -> None:
    """The second person says no, or the first takes the request back: the plan is open again."""
    move(run, "send_back", requested_by=None)


def _start(run: ImportRun, verb: str, user: Any, mode: str) -> None:
    move(run, verb, confirmed_by=user, confirmed_at=timezone.now(), done=0, cursor=0, mode=mode)


def _enqueue(run: ImportRun) -> None:
    from exchange.tasks import apply_import

    apply_import.enqueue(run.pk)


def stop(run: ImportRun) -> None:
    """Ask the worker to stop at the next chunk. Raises NotNow when it is not at work."""
    if run.state not in RUNNING:
        raise NotNow(run)
    progress.ask_to_stop(run.pk)


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
    return waited > STALLED_AFTER and not _queued(run)


def _queued(run: ImportRun) -> bool:
    """Whether the work waits its turn behind other work: nobody has died then."""
    waiting = DBTaskResult.objects.ready().filter(task_path=_task(run).module_path)
    return any(result.args_kwargs["args"] == [run.pk] for result in waiting)


def _task(run: ImportRun) -> Any:
    """What a worker has to do for a run that is at work."""
    from exchange.tasks import apply_import, plan_import

    return apply_import if run.state == State.APPLYING else plan_import


def resume(run: ImportRun) -> None:
    """Have another worker take the work over after one died. Raises NotNow.

    What is half done is not there: a plan starts again, an import goes on behind its cursor.
    """
    with transaction.atomic():
        current = locked(run)
        if not stalled(current):
            raise NotNow(current)
        progress.report(run.pk, current.done, current.total)
        _task(current).enqueue(run.pk)


def take_over_stalled() -> int:
    """Resume every run whose worker died. Returns how many; the worker's clock asks for it."""
    count = 0
    for run in ImportRun.objects.filter(state__in=RUNNING):
        try:
            resume(run)
        except NotNow:
            continue
        count += 1
    return count


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
    rows.update(key_text="", changes={}, errors=[], remarks=[])
    for run in runs:
        _forget_file(run)


def _forget_file(run: ImportRun) -> None:
    name, storage = run.file.name, run.file.storage
    if name:
        ImportRun.objects.filter(pk=run.pk).update(file="", seen={})
        run.file, run.seen = "", {}
        transaction.on_commit(lambda: storage.delete(name))


def earlier(run: ImportRun) -> QuerySet[ImportRun]:
    """Imports of the very same file into the same collection that were applied before."""
    if not run.sha256:
        return ImportRun.objects.none()
    return ImportRun.objects.filter(
        collection=run.collection, sha256=run.sha256, state__in=DONE
    ).exclude(pk=run.pk)


def expire(before: datetime) -> int:
    """Remove what files of before that moment said. Returns how many imports were concerned.

    One that is being planned or applied is left alone: whoever takes it over needs its file.
    An import that was applied keeps which records it wrote and what they were before; the file,
    and the names go. Of others nothing but the head stays.
    """
    count = 0
    told = ImportRow.objects.filter(run=OuterRef("pk")).exclude(key_text="")
    old = ImportRun.objects.filter(uploaded_at__lt=before).exclude(state__in=RUNNING)
    for run in old.filter(~Q(file="") | Exists(told)).iterator():
        with transaction.atomic():
            if run.state in (State.PLANNED, State.REQUESTED):
                move(run, "cancel", finished_at=timezone.now())
            if run.state in DONE:
                run.rows.update(key_text="")
                _forget_file(run)
            else:
                forget_content(run)
        count += 1
    return count
