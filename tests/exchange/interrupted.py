"""Imports that are interrupted, run by test_interruptions in a process and on a database of its own.

`python -m tests.exchange.interrupted SCENE [MODE SEED]` prepares its data, lets workers (forks of
this process) apply imports, disturbs them, and checks what is left. It prints one JSON object or
ends with the assertion that failed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.core.files.base import ContentFile  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from access.models import OrganisationalUnit  # noqa: E402
from buildings.models import Building  # noqa: E402
from exchange import actions, applying, planning  # noqa: E402
from exchange.models import ImportRun  # noqa: E402
from history.actor import System  # noqa: E402

KILLS = 20
WAITED = 3  # exit status of a worker whose database was away for a while
ROWS = 400
HEAD = "Straße;Hausnr.;PLZ;Ort;Geschosse\n"
COLUMNS = ("street", "house_number", "postcode", "storeys", "version")
applying.CHUNK = 20


def table(prefix: str, rows: range, storeys: int) -> str:
    return HEAD + "".join(f"{prefix} {n};{n + 1};06667;Weißenfels;{storeys}\n" for n in rows)


def planned(content: str) -> ImportRun:
    run = actions.upload(
        model=Building, who=System("Test"), name="x.csv", content=ContentFile(content.encode())
    )
    actions.move(run, "plan")
    planning.plan(run)
    run.refresh_from_db()
    assert run.state == "planned", run.message
    return run


def confirmed(content: str, mode: str) -> ImportRun:
    run = planned(content)
    actions.begin(run, None, mode)
    return run


def worker(run: ImportRun) -> int:
    """A process that applies the run. Its connection is its own."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    code, waited, sleep = 1, False, time.sleep

    def pause(seconds: float) -> None:
        nonlocal waited
        waited = True
        sleep(seconds)

    applying.time.sleep = pause
    try:
        applying.apply(ImportRun.objects.get(pk=run.pk))
        code = WAITED if waited else 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def finished(run: ImportRun) -> str:
    run.refresh_from_db()
    return str(run.state)


def content(prefix: str) -> list[tuple[Any, ...]]:
    """Records and history of one street, without what differs from run to run."""
    found = Building.objects.filter(street__startswith=prefix).order_by("street")
    records = [(row[0].removeprefix(prefix), *row[1:]) for row in found.values_list(*COLUMNS)]
    history = Building.history.filter(street__startswith=prefix).order_by("street", "version")
    rows = history.values_list(*COLUMNS, "history_type", "history_source", "history_actor_label")
    return [*records, *((row[0].removeprefix(prefix), *row[1:]) for row in rows)]


def both(prefix: str, mode: str) -> ImportRun:
    """An import that changes half of what is there and creates as much again."""
    actions_done(confirmed(table(prefix, range(ROWS // 2), 1), "all"))
    return confirmed(table(prefix, range(ROWS), 2), mode)


def actions_done(run: ImportRun) -> None:
    applying.apply(run)
    assert finished(run) == "applied", (run.state, run.message)


def killed(mode: str, seed: str) -> dict[str, Any]:
    """kill -9 at twenty random moments; what is in is whole at each, and the end is the same."""
    # Chance decides when to kill, and the seed is told: nothing here is a secret.
    chance = random.Random(seed)
    calm = both("Ruhe", mode)
    begun = time.monotonic()
    assert ended(worker(calm)) == 0
    span = time.monotonic() - begun
    expected = content("Ruhe")
    kills, imports, during = 0, 0, 0
    while kills < KILLS:
        imports += 1
        prefix = f"Sturm{imports}x"
        run = both(prefix, mode)
        while kills < KILLS and finished(run) == "applying":
            pid = worker(run)
            time.sleep(chance.uniform(0, span))
            os.kill(pid, signal.SIGKILL)
            ended(pid)
            kills += 1
            during += whole(run, prefix, mode)
        if finished(run) == "applying":
            assert ended(worker(run)) == 0
        assert finished(run) == "applied"
        assert content(prefix) == expected, f"import {imports} differs, seed {seed}"
    return {"kills": kills, "imports": imports, "in_between": during, "span": span}


def whole(run: ImportRun, prefix: str, mode: str) -> bool:
    """Nothing is half in: each chunk with its cursor or not at all. True if neither 0 nor all."""
    run.refresh_from_db()
    written = Building.history.filter(street__startswith=prefix, history_origin=run.origin).count()
    if run.state == "applied":
        assert written == ROWS
    else:
        assert written == run.done, (written, run.done)
        assert mode == "partial" or not written
    return 0 < written < ROWS


def together(mode: str, seed: str) -> dict[str, Any]:
    """Two imports of overlapping rows at once: each row goes in once, the other is a conflict."""
    actions_done(confirmed(table("Gleich", range(200), 1), "all"))
    one = planned(table("Gleich", range(300), 2))
    two = planned(table("Gleich", range(100, 400), 3))
    for run in (one, two):
        actions.begin(run, None, mode)
    pids = [worker(one), worker(two)]
    assert [ended(pid) for pid in pids] == [0, 0]
    assert (finished(one), finished(two)) == ("applied", "applied"), (one.message, two.message)
    for run in (one, two):
        assert sum(run.counts.values()) == run.total == 300
        rows = Building.history.filter(history_origin=run.origin).count()
        assert rows == run.written
    assert one.conflict_count + two.conflict_count == 200
    assert one.written + two.written == 400
    assert Building.objects.filter(street__startswith="Gleich").count() == 400
    return {"first": one.written, "second": two.written}


def restarted(mode: str, seed: str) -> dict[str, Any]:
    """The database server is restarted while the import is applied; it goes on by itself."""
    applying.PATIENCE = (1, 1, 1, 1, 1, 1, 1, 1)
    calm = both("Ruhe", mode)
    begun = time.monotonic()
    assert ended(worker(calm)) == 0
    span = time.monotonic() - begun
    for attempt in range(5):
        prefix = f"Sturm{attempt}x"
        run = both(prefix, mode)
        pid = worker(run)
        time.sleep(span * (0.6 - attempt / 10))
        restart()
        code = ended(pid)
        assert (finished(run), code) in (("applied", 0), ("applied", WAITED)), run.message
        assert content(prefix) == content("Ruhe")
        if code == WAITED:
            return {"attempts": attempt + 1}
    raise AssertionError("the worker was always faster than the restart: nothing was tried")


def restart() -> None:
    owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    program = "/usr/lib/postgresql/15/bin/pg_ctl"
    subprocess.run(
        [*owner, program, "-D", data_directory(), "-m", "fast", "-w", "-s", "restart"],
        check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def data_directory() -> str:
    """Only a superuser may ask."""
    import psycopg

    with psycopg.connect(os.environ["SUPERUSER_URL"]) as superuser:
        found = superuser.execute("SHOW data_directory").fetchone()
    assert found
    return str(found[0])


SCENES: dict[str, Callable[[str, str], dict[str, Any]]] = {
    "killed": killed,
    "together": together,
    "restarted": restarted,
}

if __name__ == "__main__":
    scene, mode, seed = sys.argv[1:4]
    timezone.activate("Europe/Berlin")
    OrganisationalUnit.objects.get_or_create(code="a", defaults={"name": "A", "carrier": "city"})
    sys.stdout.write(json.dumps(SCENES[scene](mode, seed)) + "\n")
