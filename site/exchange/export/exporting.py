"""An export: limited by the policy, logged, streamed or made into a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from typing import IO, Any

from django.db.models import QuerySet

from catalogue import collection_of
from exchange.tables.columns import Column
from exchange.tables.resources import CollectionResource
from exchange.writing import FORMATS, Format, Table
from history.models import AccessEvent
from history.reading import record_access

XLSX, CSV = FORMATS["xlsx"].content_type, FORMATS["csv"].content_type


def table_of(
    resource: CollectionResource,
    queryset: QuerySet[Any],
    columns: Sequence[Column] | None = None,
    told: Callable[[int], None] | None = None,
) -> Table:
    """The records in the order of the queryset, or else of the collection."""
    ordering = collection_of(resource.collection_model).ordering
    ordered = queryset if queryset.ordered else queryset.order_by(*ordering)
    return Table(resource, ordered, columns, told)


def made_file(table: Table, form: Format) -> IO[bytes]:
    """The whole table as a temporary file, gone when it is closed. Raises DoesNotFit."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    try:
        form.write(table, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def log_export(table: Table, fmt: str, rows: int, *, user: Any = None, **detail: Any) -> None:
    """Note who exported how much and what for. `user`: without one, the actor in force."""
    record_access(
        AccessEvent.Action.EXPORT,
        table.resource.collection_model,
        detail={
            "format": fmt,
            "rows": rows,
            "fields": sorted({column.path[0] for column in table.columns}),
            **{name: value for name, value in detail.items() if value},
        },
        user=user,
    )


def attachment(response: Any, name: str, content_type: str) -> Any:
    response.headers["Content-Type"] = content_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
