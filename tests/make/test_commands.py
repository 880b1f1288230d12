"""What the Makefile's commands stand on: the private PostgreSQL, the count of tests, the lists."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]

RESULT = (
    '<testsuites><testsuite name="pytest" tests="{tests}" failures="{failures}" '
    'errors="{errors}" skipped="{skipped}"></testsuite></testsuites>'
)


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("ending", ["exit 0", "exit 3", "kill -TERM $PPID; sleep 1"])
def test_the_private_postgresql_goes_whatever_happens(ending: str) -> None:
    """The command inside sees a server and a role that is no superuser; afterwards both are gone."""
    ask = (
        "import os, psycopg; c = psycopg.connect(os.environ['DATABASE_URL']);"
        "print(c.info.port, c.execute('SELECT rolsuper FROM pg_roles WHERE rolname = current_user')"
        ".fetchone()[0], c.info.server_version // 10000)"
    )
    inside = f'"{sys.executable}" -c "{ask}"; {ending}'
    done = run("make/with_postgresql.sh", "bash", "-c", inside)
    port, superuser, version = done.stdout.split()
    assert (superuser, version) == ("False", "15"), done.stderr
    assert done.returncode == {"exit 0": 0, "exit 3": 3}.get(ending, 130)
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(host="127.0.0.1", port=int(port), connect_timeout=5)


def test_results_of_both_databases_are_one_line(tmp_path: Path) -> None:
    sqlite, postgresql = tmp_path / "sqlite.xml", tmp_path / "postgresql.xml"
    sqlite.write_text(RESULT.format(tests=10, failures=1, errors=1, skipped=2))
    postgresql.write_text(RESULT.format(tests=5, failures=0, errors=0, skipped=0))
    done = run(sys.executable, "make/count.py", str(sqlite), str(postgresql))
    assert done.stdout == "11 passed, 2 failed, 2 skipped\n"
    done = run(sys.executable, "make/count.py", str(postgresql))
    assert done.stdout == "5 passed, 0 failed\n"


def test_a_missing_program_is_named_with_its_package() -> None:
    """As a user who may not install: apt-get is out of sight."""
    path = "/nowhere"
    bash = "/bin/bash"
    done = run(bash, "make/debian.sh", "no-such-program=no-such-package", PATH=path)
    assert done.returncode == 1
    assert "apt-get install --no-install-recommends no-such-package" in done.stderr


def test_make_alone_lists_every_command() -> None:
    listed = run("make", MAKEFLAGS="").stdout
    for command in ("up", "test", "lint", "bench", "lock"):
        assert f"make {command} " in listed
