from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from access.models import OrganisationalUnit, User
from buildings.models import Building
from config.clock import tick
from config.models import Pulse
from history import merkle, sealing
from history.actor import acting_as
from history.models import Seal, SealedRow
from history.recorded import recorded_models
from history.sealing import seal_new_rows
from history.tasks import seal_history
from history.verification import Verification
from tests.history.conftest import new_building

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def test_a_seal_covers_each_row_once(unit: OrganisationalUnit, acting: User) -> None:
    for n in range(1, 6):
        new_building(unit, str(n)).save()
    (seal,) = seal_new_rows()
    assert (seal.number, seal.previous, seal.count) == (1, "", 5)
    assert seal_new_rows() == []
    new_building(unit, "6").save()
    (second,) = seal_new_rows()
    assert (second.number, second.previous, second.count) == (2, seal.head, 1)
    assert SealedRow.objects.count() == 6


def test_a_backlog_is_sealed_in_several_seals(
    unit: OrganisationalUnit, acting: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "ROWS_PER_SEAL", 4)
    for n in range(1, 11):
        new_building(unit, str(n)).save()
    assert [seal.count for seal in seal_new_rows()] == [4, 4, 2]
    assert list(Verification().problems()) == []


def test_the_root_is_the_merkle_root_of_rfc_6962() -> None:
    a, b, c = ("11" * 32, "22" * 32, "33" * 32)
    assert merkle.root([a]) == a
    from hashlib import sha256

    def node(left: bytes, right: bytes) -> bytes:
        return sha256(b"\x01" + left + right).digest()

    expected = node(node(bytes.fromhex(a), bytes.fromhex(b)), bytes.fromhex(c)).hex()
    assert merkle.root([a, b, c]) == expected
    assert merkle.root([b, a, c]) != expected
    with pytest.raises(ValueError, match="without rows"):
        merkle.root([])


def test_the_command_prints_the_head_to_publish(building: Building) -> None:
    out = StringIO()
    call_command("seal_history", stdout=out, stderr=StringIO())
    assert out.getvalue().strip() == Seal.objects.get().head


@pytest.mark.django_db(transaction=True)
def test_the_worker_seals_by_its_clock(settings: Any, unit: OrganisationalUnit, anna: User) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with acting_as(anna):
        for n in range(1, 4):
            new_building(unit, str(n)).save()

    def minute() -> None:
        every = settings.PERIODIC_TASKS[seal_history.module_path]
        tick({seal_history.module_path: every})
        call_command("db_worker", "--batch", "--no-startup-delay", verbosity=0, stdout=StringIO())

    minute()
    assert Seal.objects.get().count == 3
    assert DBTaskResult.objects.get().return_value == Seal.objects.get().head
    long_ago = timezone.now() - timedelta(hours=2)
    DBTaskResult.objects.update(finished_at=long_ago)
    Pulse.objects.update(at=long_ago)
    minute()
    assert Seal.objects.count() == 1  # nothing new, nothing sealed
    minute()  # not due again yet
    assert DBTaskResult.objects.count() == 1  # the old result is gone


def test_sealing_reads_as_a_set(
    unit: OrganisationalUnit, acting: User, django_assert_max_num_queries: Any
) -> None:
    from history import bulk

    bulk.write(Building, create=[new_building(unit, str(n)) for n in range(1, 301)])
    with django_assert_max_num_queries(2 * len(recorded_models()) + 10):
        seal_new_rows()
