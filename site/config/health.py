"""`/healthz`: whether database, migrations and worker are well, for load balancers and monitoring.

Says nothing about anybody, asks three cheap questions, is never cached. 200 or 503.
"""

from __future__ import annotations

from functools import cache

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.clock import DEAD_AFTER, WORKER
from config.models import Pulse

OK = "ok"


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    parts = {}
    try:
        parts["database"] = _database()
        parts["migrations"] = _migrations()
        parts["worker"] = _worker() if parts["migrations"] == OK else "unknown"
    except Error:
        parts["database"] = "unreachable"
    well = set(parts.values()) == {OK}
    return JsonResponse({"status": OK if well else "unwell"} | parts, status=200 if well else 503)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _migrations() -> str:
    missing = shipped() - MigrationRecorder(connection).applied_migrations().keys()
    return f"{len(missing)} not applied" if missing else OK


@cache
def shipped() -> frozenset[tuple[str, str]]:
    """The migrations of this release. They change only with the code, so they are read once."""
    return frozenset(MigrationLoader(None).graph.nodes)


def _worker() -> str:
    age = Pulse.age(WORKER)
    if age is None:
        return "never seen"
    return OK if age < DEAD_AFTER else f"silent for {int(age.total_seconds())} s"
