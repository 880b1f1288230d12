"""Packages for a partner: asked for, made by the worker, acknowledged.

The same data give the same tables to the byte: rows in the order of the collection, no times in
the archive. What a package holds is what its requester may export when the worker makes it.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Model, QuerySet
from django.http import Http404
from django.utils import timezone

from access.policy import policy_of, reach_of
from catalogue import Scope, collections
from exchange import progress
from exchange.export.exporting import log_export, table_of
from exchange.export.files import NotAllowed, filling
from exchange.outgoing import Package, Stage
from exchange.packages.dependencies import referred_first
from exchange.packages.manifest import (
    MANIFEST_NAME,
    RECEIPT,
    RECEIPT_NAME,
    blank_receipt,
    check_receipt,
    manifest_of,
    read_paper,
    written,
)
from exchange.rights import Rights
from exchange.tables.resources import resource_of
from exchange.writing import Table
from exchange.writing.delimited import csv_parts
from exchange.writing.rendering import json_type

_MOMENT = (1980, 1, 1, 0, 0, 0)


def exportable(user: Any) -> list[type[Model]]:
    """The collections of which the person may export anything."""
    return [model for model in collections() if policy_of(model).may(user, "export")]


def visible_packages(user: Any) -> QuerySet[Package]:
    """One's own, and those one could make oneself: of collections one may export whole."""
    scopes = reach_of(user).scopes
    whole = {
        model._meta.label_lower
        for model in collections()
        if Scope.ALL in scopes.get((model._meta.label_lower, "export"), ())
    }
    mine = {model._meta.label_lower for model in exportable(user)}
    visible = [
        pk
        for pk, owner, labels in Package.objects.values_list("pk", "requested_by", "collections")
        if set(labels) <= (mine if owner == user.pk else whole)
    ]
    return Package.objects.filter(pk__in=visible).select_related("requested_by", "previous")


def package_or_404(user: Any, pk: int) -> Package:
    package = visible_packages(user).filter(pk=pk).first()
    if package is None:
        raise Http404
    return package


def begin(*, models: Iterable[type[Model]], who: Any, recipient: str, purpose: str) -> Package:
    """Write down that this is to go to the recipient, under the next number."""
    labels = [model._meta.label_lower for model in referred_first(models)]
    while True:
        last = Package.objects.filter(recipient=recipient).aggregate(Max("serial"))["serial__max"]
        try:
            with transaction.atomic():
                return Package.objects.create(
                    collections=labels,
                    requested_by=who,
                    recipient=recipient,
                    purpose=purpose,
                    serial=(last or 0) + 1,
                )
        except IntegrityError:  # somebody else took the number a moment ago
            continue


def start_making(package: Package) -> None:
    """Hand it to the worker, once the transaction is through."""
    from exchange.export.tasks import make_package

    with transaction.atomic():
        make_package.enqueue(package.pk)


def make(package: Package) -> None:
    """Fill the package's file. May be started again; a finished package is left alone."""
    if not package.making:
        return
    with filling(package) as file, _one_moment():
        _fill(package, file)


@contextmanager
def _one_moment() -> Iterator[None]:
    """All tables of a package are of one moment. On SQLite writers wait as long."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _fill(package: Package, file: IO[bytes]) -> None:
    progress.report(package.key, 0, 0)
    as_of = timezone.localtime().isoformat(timespec="seconds")
    before = Package.objects.filter(recipient=package.recipient, serial__lt=package.serial)
    package.previous = before.exclude(sha256="").order_by("-serial").first()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        package.tables = [_add_table(archive, package, model) for model in package.members]
        manifest = manifest_of(
            number=package.serial,
            as_of=as_of,
            sender=settings.SITE_NAME,
            recipient=package.recipient,
            purpose=package.purpose,
            previous=(package.previous.serial, package.previous.sha256)
            if package.previous
            else None,
            tables=package.tables,
        )
        paper = written(manifest)
        package.manifest_sha256 = hashlib.sha256(paper).hexdigest()
        archive.writestr(_entry(MANIFEST_NAME), paper)
        receipt = blank_receipt(manifest, package.manifest_sha256)
        archive.writestr(_entry(RECEIPT_NAME), written(receipt))
    package.count = sum(table["count"] for table in package.tables)
    package.save(update_fields=["previous", "tables", "manifest_sha256"])


def _add_table(archive: zipfile.ZipFile, package: Package, model: type[Model]) -> dict[str, Any]:
    """Write one table into the archive; returns its line of the manifest. Raises NotAllowed."""
    table = _table(package, model)
    name = f"{model._meta.model_name}.csv"
    digest = hashlib.sha256()
    with archive.open(_entry(name), "w", force_zip64=True) as part:
        for piece in csv_parts(table):
            digest.update(piece)
            part.write(piece)
    log_export(
        table,
        "csv",
        table.count,
        user=package.requested_by,
        package=package.pk,
        use="transmission",
        purpose=package.purpose,
        recipient=package.recipient,
    )
    return {
        "file": name,
        "collection": model._meta.label_lower,
        "columns": [
            {
                "name": ".".join(column.path),
                "label": column.column_name,
                "type": json_type(column),
            }
            for column in table.columns
        ],
        "count": table.count,
        "sha256": digest.hexdigest(),
    }


def _table(package: Package, model: type[Model]) -> Table:
    rights = Rights(package.requested_by, model)
    if package.requested_by is None or not rights.may("export"):
        raise NotAllowed
    return table_of(resource_of(model)(rights), rights.visible("export"))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def acknowledge(package: Package, content: bytes) -> None:
    """Keep the acknowledgement the partner sent back, if it fits. Raises BadPaper."""
    receipt = read_paper(content, RECEIPT)
    checked = check_receipt(
        receipt,
        number=package.serial,
        manifest_sha256=package.manifest_sha256,
        tables=package.tables,
    )
    package.receipt = {"tables": receipt["tables"], "note": str(receipt.get("note", ""))[:2000]}
    package.receipt_at = timezone.now()
    package.taken, package.refused = checked.taken, checked.refused
    package.save(update_fields=["receipt", "receipt_at", "taken", "refused"])


def made(package: Package) -> bool:
    """Whether there is something a partner may have received."""
    return package.stage in (Stage.READY, Stage.EXPIRED)
