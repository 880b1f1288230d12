"""Taking a list out: asked for with a purpose, made now or by the worker, logged.

`begin` writes down who wants what and why; then either `streamed` sends the pieces as the rows
come, or `make` (in the worker) fills a file that can be fetched until it expires. Rights are
asked again whenever rows are read: if they shrank meanwhile, so does the export.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from exchange import progress
from exchange.acting import COMMAND_LINE
from exchange.export.exporting import log_export, table_of
from exchange.export.files import NotAllowed, broken_off, filling, sent
from exchange.export.listing import listing
from exchange.outgoing import ExportRun, Use
from exchange.rights import Rights
from exchange.tables.resources import CollectionResource, resource_of
from exchange.writing import FORMATS, Table


def begin(
    *,
    model: type[Model],
    who: Any,
    fmt: str,
    columns: Sequence[str],
    purpose: str,
    recipient: str = "",
    use: str = Use.OWN,
    query: str = "",
    count: int = 0,
) -> ExportRun:
    """Write down that somebody takes this list out. `who`: a user; None for the command line."""
    return ExportRun.objects.create(
        collection=model._meta.label_lower,
        format=fmt,
        columns=list(columns),
        query=query,
        use=use,
        purpose=purpose,
        recipient=recipient,
        count=count,
        requested_by=who,
    )


def resource_for(run: ExportRun) -> CollectionResource:
    """The columns as the requester may see them now. Raises NotAllowed."""
    who = run.requested_by
    rights = Rights(COMMAND_LINE if who is None else who, run.model)
    if not rights.may("export"):
        raise NotAllowed
    return resource_of(run.model)(rights)


def table_for(run: ExportRun, told: Callable[[int], None] | None = None) -> Table:
    """What the run takes out, under the rights and the state of now. Raises NotAllowed."""
    resource = resource_for(run)
    rights = resource.rights
    if rights.system:
        queryset = rights.visible("export")
    else:
        queryset = rights.limited(listing(run.model, rights.who, run.query).queryset, "export")
    wanted = set(run.columns)
    columns = [column for column in resource.columns if column.name in wanted]
    return table_of(resource, queryset, columns, told)


def log(run: ExportRun, table: Table, rows: int) -> None:
    log_export(
        table,
        run.format,
        rows,
        user=run.requested_by,
        export=run.pk,
        use=run.use,
        purpose=run.purpose,
        recipient=run.recipient,
    )


def streamed(run: ExportRun, table: Table, parts: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces of the table, counted on the way: the run tells whether all of them were taken."""
    digest, size, whole = hashlib.sha256(), 0, False
    try:
        for part in parts:
            digest.update(part)
            size += len(part)
            yield part
        whole = True
    finally:
        if whole:
            sent(run, sha256=digest.hexdigest(), size=size, count=table.count)
        else:
            broken_off(run, _("Die Übertragung ist abgebrochen."))


def start_making(run: ExportRun) -> None:
    """Hand the run to the worker, once the transaction is through."""
    from exchange.export.tasks import make_export

    with transaction.atomic():
        make_export.enqueue(run.pk)


def make(run: ExportRun) -> None:
    """Fill the run's file. May be started again after a crash; a finished run is left alone."""
    if not run.making:
        return
    expected = run.count

    def told(done: int) -> None:
        progress.report(run.key, done, max(expected, done))

    with filling(run) as file:
        table = table_for(run, told)
        log(run, table, table.queryset.count())
        told(0)
        FORMATS[run.format].write(table, file)
        run.count = table.count
