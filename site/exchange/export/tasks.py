"""What leaves the request on the way out, and what the worker's clock queues."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from exchange.export import files as outgoing_files
from exchange.export import runs as exports
from exchange.outgoing import ExportRun, Package
from exchange.packages import outgoing as packages


@task()
def make_export(pk: int) -> None:
    exports.make(ExportRun.objects.select_related("requested_by").get(pk=pk))


@task()
def expire_outgoing() -> None:
    """Queued by the worker's clock (settings.PERIODIC_TASKS)."""
    outgoing_files.expire(timezone.now())


@task()
def make_package(pk: int) -> None:
    packages.make(Package.objects.select_related("requested_by").get(pk=pk))
