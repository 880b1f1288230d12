"""An export as a response: limited by the policy, logged, streamed."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from catalogue import collection_of
from exchange.resources import CollectionResource, resource_of
from exchange.rights import Rights
from exchange.writing import Table, as_text, csv_lines, write_xlsx
from history.models import AccessEvent
from history.reading import record_access

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def export_response(
    request: HttpRequest, model: type[Model], queryset: QuerySet[Any], fmt: str
) -> HttpResponseBase:
    """`queryset` as a file, limited to what the person may export. Raises NotInXlsx.

    The log keeps who, when, how many and which columns; never what they hold.
    """
    rights = Rights(request.user, model)
    resource = resource_of(model)(rights)
    table = table_of(resource, rights.limited(queryset, "export"))
    log_export(table, fmt)
    name = f"{model._meta.model_name}-{timezone.localdate():%Y-%m-%d}.{fmt}"
    if fmt == "csv":
        lines = csv_lines(table.headings, as_text(table))
        return attachment(StreamingHttpResponse(lines), name, CSV)
    file = xlsx_file(table)
    return attachment(FileResponse(file), name, XLSX)


def table_of(resource: CollectionResource, queryset: QuerySet[Any]) -> Table:
    ordering = collection_of(resource.collection_model).ordering
    return Table(resource, queryset if queryset.ordered else queryset.order_by(*ordering))


def xlsx_file(table: Table) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    try:
        write_xlsx(table, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def log_export(table: Table, fmt: str) -> None:
    """Note who exported how much; for this an actor has to be in force."""
    record_access(
        AccessEvent.Action.EXPORT,
        table.resource.collection_model,
        detail={
            "format": fmt,
            "rows": table.queryset.count(),
            "fields": sorted({column.path[0] for column in table.columns}),
        },
    )


def attachment(response: Any, name: str, content_type: str) -> Any:
    response.headers["Content-Type"] = content_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
