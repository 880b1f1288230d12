"""Servers and the load on them, for benchmarks of the web side. wrk, or a small client without it."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from harness import ROOT

CONNECTIONS = 8


class Load(NamedTuple):
    """Answers per second, the median and the 99th percentile in milliseconds, answers not 2xx."""

    rate: float
    median: float
    p99: float
    wrong: int


def client_name() -> str:
    return "wrk" if shutil.which("wrk") else "a small Python client"


def load(url: str, seconds: float) -> Load:
    """As many requests as the server takes, each accepting gzip as browsers do."""
    if not shutil.which("wrk"):
        return _python_load(url, seconds)
    told = subprocess.run(  # noqa: S603
        ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--latency"]
        + ["-H", "Accept-Encoding: gzip", url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    return Load(
        rate=float(rate[1]) if rate else 0.0,
        median=_milliseconds(told, "50%"),
        p99=_milliseconds(told, "99%"),
        wrong=int(wrong[1]) if wrong else 0,
    )


def _milliseconds(told: str, share: str) -> float:
    found = re.search(rf"{share}\s+([\d.]+)(us|ms|s)", told)
    if not found:
        sys.exit(told)
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def _python_load(url: str, seconds: float) -> Load:
    host, path = re.fullmatch(r"http://([^/]+)(/.*)", url).groups()  # type: ignore[union-attr]
    end = time.perf_counter() + seconds
    times: list[float] = []
    wrong = 0

    def ask() -> None:
        nonlocal wrong
        while (begun := time.perf_counter()) < end:
            status, _body = get(host, path, {"Accept-Encoding": "gzip"})
            times.append(time.perf_counter() - begun)
            wrong += not 200 <= status < 300

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for running in [pool.submit(ask) for _ in range(CONNECTIONS)]:
            running.result()
    times.sort()
    middle, high = times[len(times) // 2], times[len(times) * 99 // 100]
    return Load(len(times) / seconds, middle * 1000, high * 1000, wrong)


def get(host: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def gunicorn(
    application: str, environment: dict[str, str], workers: int = 2, host: str = "localhost"
) -> Iterator[str]:
    """A running gunicorn with sync workers, otherwise as the product runs it: its host and port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", f"--config={ROOT}/site/config/server.py"]
    command += ["--worker-class=sync", "--threads=1"]
    command += [f"--workers={workers}", f"--bind=127.0.0.1:{port}", application]
    with _running(command, environment, f"{host}:{port}") as address:
        yield address


@contextmanager
def nginx(configuration: str, folder: Path, port: int) -> Iterator[str]:
    """A running nginx with these servers, as this user, in the portal's time zone."""
    folder.chmod(0o755)
    file = folder / "nginx.conf"
    file.write_text(
        f"worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + "events { worker_connections 1024; }\n"
        + f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;\n"
        f"client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
        f"{configuration}\n}}\n"
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    with _running(
        [program, "-c", str(file)], {"TZ": "Europe/Berlin"}, f"localhost:{port}"
    ) as address:
        yield address


@contextmanager
def _running(command: list[str], environment: dict[str, str], address: str) -> Iterator[str]:
    process = subprocess.Popen(  # noqa: S603
        command,
        cwd=ROOT / "site",
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        port = int(address.rpartition(":")[2])
        for _time in range(300):
            if process.poll() is not None:
                sys.exit(f"{command}\n{process.stderr.read() if process.stderr else ''}")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=60)
