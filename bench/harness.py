"""Runs each contestant in a process of its own, so that speed and memory are its own.

A benchmark calls `contest()` for its contestants in turn, then prints ratios. A contestant is this
very script with `--child NAME`; what it hands to `report()` comes back as a dictionary.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def contest(script: str, name: str, environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    """What the contestant reported. Exits with its output if it failed."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, script, "--child", name, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stdout}\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def report(**measured: Any) -> None:
    """Hand figures to the parent process: the last line of a contestant's output."""
    sys.stdout.write("\n" + json.dumps(measured) + "\n")


def peak_mib() -> float:
    """The most memory this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def line(text: str = "") -> None:
    sys.stdout.write(text + "\n")
