"""`make up`, as the README promises it: from a fresh copy to a running platform, twice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from access.roles import ROLES
from cases.referrals.rules import State

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = (".git", ".venv", "node_modules", "var", ".env", "__pycache__", "*.mo", ".*_cache")
OLD_PYTHON = """#!/bin/sh
[ "$1" = --version ] && echo Python 3.9.2
[ "$1" = --version ]
"""
SECOND_START = 60.0  # seconds on a machine that also runs the tests; ten when it is idle


class Platform:
    """A copy of the checkout with nothing installed, and what runs in it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.output = folder.parent / "output"

    def environment(self) -> dict[str, str]:
        """What a login shell has, nothing of the test run's own installation."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name in ("PATH", "HOME", "LANG")
            or name.lower().endswith("_proxy")
            or name.startswith(("PIP_", "UV_", "SSL_"))
        }
        kept["PATH"] = kept["PATH"].replace(f"{ROOT}/.venv/bin:", "")
        return kept | {"PORT": str(self.port)}

    def up(self) -> subprocess.Popen[bytes]:
        """`make up` in a terminal of its own, so that Ctrl-C reaches all of it."""
        with self.output.open("wb") as output:
            return subprocess.Popen(
                ["make", "up"],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_well(self, process: subprocess.Popen[bytes], seconds: float) -> float:
        """Seconds until /healthz is well. Fails with the output if it never is."""
        begun = time.monotonic()
        while time.monotonic() - begun < seconds and process.poll() is None:
            try:
                if self.get("/healthz")["status"] == "ok":
                    return time.monotonic() - begun
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.5)
        pytest.fail(self.output.read_text("utf-8", "replace")[-4000:])

    def get(self, path: str) -> Any:
        address = f"http://localhost:{self.port}{path}"
        with urllib.request.urlopen(address, timeout=30) as answer:
            body = answer.read().decode()
        return json.loads(body) if path == "/healthz" else body

    def press_ctrl_c(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    folder = tmp_path_factory.mktemp("fresh") / "portal"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Platform(folder, port)


@pytest.fixture
def running(platform: Platform) -> Iterator[subprocess.Popen[bytes]]:
    process = platform.up()
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_fresh_copy_comes_up_and_says_where_and_who(platform: Platform, running) -> None:
    platform.wait_until_well(running, 600)
    assert "Weißenfelser Weg" in platform.get("/de/")
    printed = platform.output.read_text("utf-8")
    assert f"Portal   http://localhost:{platform.port}/" in printed
    assert f"Admin    http://localhost:{platform.port}/admin/" in printed
    for code in ROLES:
        assert f"demo-{code.replace('_', '-')} " in printed
    written = platform.folder / ".env"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert "SECRET_KEY=" in written.read_text()
    # The longest chain of the demo's own steps has got as far as it says.
    with closing(sqlite3.connect(platform.folder / "var" / "db.sqlite3")) as demo:
        referrals = {row[0] for row in demo.execute("SELECT state FROM cases_referral")}
    assert referrals == {*State.values}

    platform.press_ctrl_c(running)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", platform.port))


def test_the_second_start_takes_seconds_and_loses_nothing(platform: Platform, running) -> None:
    """Follows the test above. A setting and an address of one's own must outlive it."""
    written = platform.folder / ".env"
    written.write_text(written.read_text() + "SITE_NAME=Eigener Name\n")
    before = written.read_text()
    first_password = platform.folder / "var" / "demo-password"
    password = first_password.read_text()

    assert platform.wait_until_well(running, 300) < SECOND_START
    assert written.read_text() == before
    assert f"password {password}" in platform.output.read_text("utf-8")
    assert "Installing" not in platform.output.read_text("utf-8")
    platform.press_ctrl_c(running)


def test_a_busy_port_is_named_with_the_way_out(platform: Platform) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", platform.port))
        other.listen()
        process = platform.up()
        assert process.wait(timeout=60)
    printed = platform.output.read_text("utf-8")
    assert f"Port {platform.port} on 127.0.0.1: in use" in printed
    assert f"PORT={platform.port + 1} make up" in printed
    assert "Traceback" not in printed


def test_a_python_that_is_too_old_or_has_no_venv_is_named(
    platform: Platform, tmp_path: Path
) -> None:
    """A PATH on which python3 knows its version and fails every question."""
    (tmp_path / "python3").write_text(OLD_PYTHON)
    (tmp_path / "python3").chmod(0o755)
    for program in ("bash", "make", "cat", "id", "dirname", "env"):
        (tmp_path / program).symlink_to(str(shutil.which(program)))
    done = subprocess.run(
        ["make", "up"],
        cwd=platform.folder,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode
    assert "Python 3.11 or later is missing (Python 3.9.2)" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr
