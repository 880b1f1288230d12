"""gunicorn as the Procfile starts it: refuses a faulty installation, serves a correct one."""

from __future__ import annotations

import subprocess
import sys

from tests.config.conftest import ROOT


def test_a_faulty_installation_is_not_served_and_says_why(installation) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--config", "site/config/server.py"],
        cwd=ROOT,
        env=installation | {"SECRET_KEY": "short", "PORT": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 3
    assert "config.E005" in done.stderr
    assert "config.E001" in done.stderr, "PORT=0 is no port"
    assert "Traceback" not in done.stderr


def test_requests_are_logged_once_and_without_query_string(serving) -> None:
    """Also when somebody turns gunicorn's own access log on, as the fixture does."""
    assert serving.get("/healthz?q=Kanarienvogelowski")[0] == 503
    printed = serving.stop()
    assert printed.count('"request": "GET /healthz"') == 1
    assert "Kanarienvogelowski" not in printed
