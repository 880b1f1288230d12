"""From installed packages to a running platform with demo content. Ctrl-C stops it.

Run by `make up`. Repeats nothing that is done: settings, database and content stay.
"""

from __future__ import annotations

import errno
import os
import secrets
import socket
import subprocess
import sys
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "site"))

from config.environment import Reader  # noqa: E402  found through the line above

ENV_FILE = ROOT / ".env"
FIRST_SETTINGS = """\
# Settings of this installation (README, "Configuration"). Written once by make up, yours to edit.
SECRET_KEY={secret}
ALLOWED_HOSTS=localhost,127.0.0.1
HTTPS=off
# For trying out: accounts sign in with a password alone. Take this line out for real work.
MFA_REQUIRED=off
"""
# The settings read .env themselves, below the environment; honcho would put it above.
HONCHO = ("honcho", "--env", os.devnull)


def write_first_settings() -> None:
    """Settings for this machine, readable by this user only. An existing file stays as it is."""
    try:
        handle = os.open(ENV_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(FIRST_SETTINGS.format(secret=secrets.token_urlsafe(64)))
    sys.stdout.write("Wrote .env with a new SECRET_KEY\n")


def refuse_busy_port(host: str, port: int) -> None:
    """Exit with a sentence when another program listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = "in use" if error.errno == errno.EADDRINUSE else error.strerror
            sys.exit(f"Port {port} on {host}: {reason}. Choose another:  PORT={port + 1} make up")


def main() -> None:
    os.chdir(ROOT)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    write_first_settings()
    environ.Env.read_env(ENV_FILE)
    read = Reader(os.environ)
    host = read.text("HOST", "127.0.0.1")
    port = read.number("PORT", 8000, lowest=1, highest=65535)
    data = read.folder("DATA_DIR", ROOT / "var")
    if read.problems:
        sys.exit("\n".join(f"{wrong.name} is not {wrong.kind}." for wrong in read.problems))
    refuse_busy_port(host, port)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault("PORT", str(port))
    os.environ.setdefault("BASE_URL", f"http://localhost:{port}")
    # A demo makes thousands of lines of log: the addresses below would be gone before they are read.
    os.environ.setdefault("LOG_LEVEL", "WARNING")

    for step in (
        (*HONCHO, "start", "--no-prefix", "release"),
        (sys.executable, "site/manage.py", "demo"),
    ):
        if subprocess.run(step, check=False).returncode:  # noqa: S603
            sys.exit(f"Stopped: {' '.join(step)} failed, see above.")
    sys.stdout.write("Starting, which takes some seconds. Ctrl-C stops it.\n\n")
    sys.stdout.flush()
    os.execvp("honcho", [*HONCHO, "start", "web", "worker"])  # noqa: S606, S607


if __name__ == "__main__":
    main()
