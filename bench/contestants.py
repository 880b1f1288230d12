"""What the wide benchmarks let run: our import, stock import-export, and the database's own limit.

All start from the same estates, read the same file and open the database the same way.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import wide_table

OURS, STOCK = "wide_settings", "stock_settings"


# -- Ours ------------------------------------------------------------------------------------------
def start() -> None:
    """The product as a worker has it, on a database that is there."""
    import django

    django.setup()
    from django.db import connection

    from exchange import actions, applying, planning, undoing  # noqa: F401
    from exchange.writing import FORMATS  # noqa: F401

    connection.ensure_connection()


def prepare_ours() -> None:
    """An empty database of the product, with a unit and the estates."""
    start()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)
    from access.models import OrganisationalUnit
    from exchange.acting import COMMAND_LINE
    from history.actor import acting_as
    from history.bulk import write
    from wide.models import Estate

    unit = OrganisationalUnit.objects.create(
        code="inspection", name=wide_table.UNIT, carrier="city"
    )
    with acting_as(COMMAND_LINE):
        write(Estate, create=[Estate(unit=unit, **estate) for estate in wide_table.estates()])


def plan(file: Path) -> Any:
    """Upload a file and plan it; the run."""
    from django.core.files.base import File

    from exchange import actions, planning
    from exchange.acting import COMMAND_LINE
    from wide.models import Flat

    with file.open("rb") as content:
        run = actions.upload(model=Flat, who=COMMAND_LINE, name=file.name, content=File(content))
    actions.move(run, "plan")
    planning.plan(run)
    run.refresh_from_db()
    if run.state != "planned" or run.refused_count or run.conflict_count:
        sys.exit(f"{run.state}: {run.message} {run.refused_count} refused")
    return run


def apply(run: Any) -> None:
    from exchange import actions, applying

    actions.begin(run, None)
    applying.apply(run)
    run.refresh_from_db()
    if run.state != "applied":
        sys.exit(f"{run.state}: {run.message}")


def import_ours(file: Path) -> dict[str, Any]:
    """Read, plan, apply and seal; a file that changes nothing has nothing to apply."""
    from history.sealing import seal_new_rows
    from wide.models import Flat

    before, begun = Flat.history.count(), time.perf_counter()
    run = plan(file)
    planned = time.perf_counter()
    if run.new_count + run.changed_count:
        apply(run)
    applied = time.perf_counter()
    seal_new_rows()
    ended = time.perf_counter()
    return {
        "seconds": ended - begun,
        "parts": {"plan": planned - begun, "apply": applied - planned, "seal": ended - applied},
        "rows": Flat.objects.count(),
        "history": Flat.history.count() - before,
    }


def undo_ours(run: Any) -> dict[str, Any]:
    """Take an import back: plan, apply and seal."""
    from exchange import actions, planning, undoing
    from exchange.acting import COMMAND_LINE
    from history.sealing import seal_new_rows
    from wide.models import Flat

    before, begun = Flat.history.count(), time.perf_counter()
    back = undoing.begin_undo(run, COMMAND_LINE)
    actions.move(back, "plan")
    planning.plan(back)
    back.refresh_from_db()
    apply(back)
    seal_new_rows()
    return {
        "seconds": time.perf_counter() - begun,
        "rows": back.written,
        "history": Flat.history.count() - before,
    }


def export_table() -> Any:
    """The whole collection as the export page makes it a table."""
    from exchange.acting import COMMAND_LINE
    from exchange.export.exporting import table_of
    from exchange.rights import Rights
    from exchange.tables.resources import resource_of
    from wide.models import Flat

    resource = resource_of(Flat)(Rights(COMMAND_LINE, Flat))
    return table_of(resource, Flat.objects.all())


# -- Stock -----------------------------------------------------------------------------------------
def start_stock() -> None:
    import django

    django.setup()


def prepare_stock() -> None:
    start_stock()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)
    from flats.models import Estate
    from housing.models import Unit

    unit = Unit.objects.create(code="inspection", name=wide_table.UNIT, carrier="city")
    for estate in wide_table.estates():
        Estate.objects.create(unit=unit, **estate)


def import_stock(file: Path, *, skip_unchanged: bool = False) -> dict[str, Any]:
    """Dry run, then import, as its admin does; model validation on, history by signals."""
    from tablib import Dataset

    from flats.models import Flat
    from flats.resources import FlatResource, SkippingFlatResource

    resource = SkippingFlatResource if skip_unchanged else FlatResource
    before, begun = Flat.history.count(), time.perf_counter()
    for dry_run in (True, False):
        dataset = Dataset().load(file.read_text("utf-8-sig"), format="csv", delimiter=";")
        result = resource().import_data(dataset, dry_run=dry_run, use_transactions=True)
        if result.has_errors() or result.has_validation_errors():
            sys.exit(str(result.row_errors()[:3] or result.invalid_rows[:3]))
    return {
        "seconds": time.perf_counter() - begun,
        "rows": Flat.objects.count(),
        "history": Flat.history.count() - before,
    }


def fill_stock(count: int) -> None:
    """The rows of the file as stock records, with their history, by its quickest way."""
    from simple_history.utils import bulk_create_with_history

    from flats.models import Estate, Flat
    from housing.models import Unit

    unit = Unit.objects.get().pk
    estates = dict(Estate.objects.values_list("code", "pk"))
    records = [
        Flat(unit_id=unit, **dict(zip(OWN, typed(row, estates), strict=True)))
        for row in wide_table.rows(count)
    ]
    bulk_create_with_history(records, Flat, batch_size=2_000)


# -- The limit -------------------------------------------------------------------------------------
def raw_rows(count: int) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Rows of the table and of its history, as the driver takes them."""
    from django.db import connection
    from django.utils import timezone

    from access.models import OrganisationalUnit
    from wide.models import Estate

    unit = OrganisationalUnit.objects.get(code="inspection").pk
    estates = dict(Estate.objects.values_list("code", "pk"))
    adapted: Any = (lambda v: v) if connection.vendor == "postgresql" else _for_sqlite
    now = adapted(timezone.now())
    records, history = [], []
    for pk, row in enumerate(wide_table.rows(count), start=1):
        values = [adapted(value) for value in typed(row, estates)]
        record = (pk, unit, 1, now, now, None, *values)
        records.append((*record, " ".join(str(value) for value in row[2:4])))
        tail = (now, "Import", "+", None, "import", "import:1", "0" * 32, "", "0" * 16)
        salts = (os.urandom(16), os.urandom(32), os.urandom(16), os.urandom(32))
        history.append((*record, *tail, *salts))
    return records, history


def plan_of(records: Sequence[tuple[Any, ...]]) -> list[Any]:
    """The plan rows of these records, their values as JSON already."""
    from exchange.rows.plan_rows import PlanRow
    from exchange.rows.stored import encode, stored_form
    from exchange.rules import Kind

    own = slice(len(RECORD), len(RECORD) + len(OWN))
    return [
        PlanRow(
            *(line, Kind.NEW, f"INV-{line}", None, None),
            encode({n: [None, stored_form(v)] for n, v in zip(OWN, each[own], strict=True)}),
            *([], []),
        )
        for line, each in enumerate(records, start=2)
    ]


def insert_duties(
    records: Sequence[tuple[Any, ...]], history: Sequence[tuple[Any, ...]], plan: Sequence[Any]
) -> dict[str, Any]:
    """What any import of ours has to write: the plan, the rows, commitments, a seal.

    All is at hand as the database takes it; nothing is read, checked, compared or looked up.
    """
    from exchange.models import ImportRun
    from exchange.rows.plan_rows import store
    from history.commitments import commitment
    from history.sealing import seal_new_rows

    run = ImportRun.objects.create(collection="wide.flat", sha256="0" * 64, state="planning")
    messages = [each.changes.encode() for each in plan]
    begun = time.perf_counter()
    store(run, plan, len(plan))
    committed = []
    for each, message in zip(history, messages, strict=True):
        personal, _none, other, _none = each[-4:]
        proof = (personal, commitment(personal, message), other, commitment(other, message))
        committed.append((*each[:-4], *proof))
    told = insert_raw(records, committed)
    seal_new_rows()
    return told | {"seconds": time.perf_counter() - begun}


def _for_sqlite(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | date | datetime) else value


def typed(row: tuple[Any, ...], estates: dict[str, int]) -> Iterator[Any]:
    """The values of a row of the file, in the order of OWN."""
    codes = [
        {label: code for code, label in choices}
        for choices in (wide_table.KIND_CODES, wide_table.CONDITION_CODES, wide_table.HEATING_CODES)
    ]
    yield from (row[0], estates[row[1]], *row[2:4], str(row[4]), *row[5:10])
    yield from (words.get(cell, "") for words, cell in zip(codes, row[10:13], strict=True))
    for cell in row[13:16]:
        yield date(int(cell[6:]), int(cell[3:5]), int(cell[:2])) if cell else None
    for cell in row[16:19]:
        yield Decimal(cell.replace(",", ".")) if cell else None
    yield from (*row[19:21], row[21] == "ja", row[22] == "ja", row[23])


RECORD = ("id", "unit_id", "version", "created_at", "changed_at", "created_by_id")
OWN = (
    *("number", "estate_id", "title", "street", "house_number", "postcode", "city", "meter"),
    *("contact", "telephone", "kind", "condition", "heating", "built_on", "checked_on"),
    *("next_check", "area", "rent", "deposit", "floor", "rooms", "lift", "let", "note"),
)
HISTORY = (
    *("history_date", "history_change_reason", "history_type", "history_user_id"),
    *("history_source", "history_origin", "history_request_id", "history_actor_label"),
    *("history_layout", "history_personal_salt", "history_personal_commitment"),
    *("history_other_salt", "history_other_commitment"),
)


def insert_raw(
    records: Sequence[tuple[Any, ...]], history: Sequence[tuple[Any, ...]]
) -> dict[str, Any]:
    """Both tables in one transaction: COPY on PostgreSQL, executemany on SQLite. No check at all."""
    from django.db import connection, transaction

    from wide.models import Flat

    tables = (
        (Flat._meta.db_table, (*RECORD, *OWN, "search_key"), records),
        (Flat.history.model._meta.db_table, (*RECORD, *OWN, *HISTORY), history),
    )
    begun = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for table, columns, rows in tables:
            names = ", ".join(f'"{column}"' for column in columns)
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                places = ", ".join(["?"] * len(columns))
                sql = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608
                cursor.connection.executemany(sql, rows)
    return {
        "seconds": time.perf_counter() - begun,
        "rows": Flat.objects.count(),
        "history": Flat.history.count(),
    }
