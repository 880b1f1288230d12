"""The portal under load: rendered copies against Wagtail, a bare function, WhiteNoise and nginx.

One page of the delivered portal, asked by `load.CONNECTIONS` connections at once, in turn:

- rendered by stock Wagtail for each request (bench/stock/portal_settings.py)
- from its copy, by the product's own WSGI callable
- the same bytes from a bare WSGI function, and from a file by WhiteNoise
- behind nginx with docs/nginx.conf, against nginx with a static file of the same size
- from its copy while the database is away, from the first request on

all under gunicorn with 2 sync workers. Then random edits of pages, snippets and languages, each
followed by a read from two web servers that share nothing but folder and database.

Usage: python bench/portal.py [--seconds 3] [--rounds 5] [--edits 1000]
       (DATABASE_URL of a PostgreSQL, or none for SQLite; nginx is left out where there is none)
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import load
from harness import ROOT, contest, database_name, environment, line, report

PAGE = "/de/beratung/"
ADDRESSES = ("/de/", "/ro/", PAGE, "/de/weissenfelser-weg/", "/de/aktuelles/", "/de/impressum/")
FASTER_THAN_STOCK, OF_BARE, OF_NGINX, TAIL = 45, 0.8, 0.9, 3
SHORTER = 3  # so many times more rounds, each so much shorter, where both rivals keep running
NOWHERE = "postgres://portal:x@127.0.0.1:9/portal"
SWITCHES = {
    "SECRET_KEY": "only-for-benchmarks-0123456789-" * 2,
    "HTTPS": "off",
    "MFA_REQUIRED": "off",
    "ALLOWED_HOSTS": "localhost",
    "LOG_LEVEL": "ERROR",
}


# -- In a process of its own -----------------------------------------------------------------------
def build() -> None:
    """The delivered portal on an empty database, every page with its copy."""
    import django

    django.setup()
    from django.core.management import call_command

    for command in ("migrate", "createcachetable", "sync_roles", "build_portal"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from pages.rendered import upkeep
    from pages.rendered.store import store

    report(pages=upkeep.render_all(store()))


def edit(times: int, servers: list[str]) -> None:
    """So many random edits. Reports the reads that did not show the edit before them."""
    import django

    django.setup()
    from portal_edits import WAYS

    dice = random.Random(times)  # noqa: S311  no secret
    stale = []
    for number in range(times):
        load.get(dice.choice(servers), dice.choice(ADDRESSES))
        word = f"Stichwort{number}x"
        way = dice.choice(WAYS)
        address, shown = way(word)
        for server in dice.sample(servers, len(servers)):
            status, body = load.get(server, address)
            if status != (200 if shown else 404) or shown is not (word in body.decode()):
                stale.append((number, way.__name__, address, status))
    report(stale=stale, times=times)


# -- The contest -----------------------------------------------------------------------------------
def record_page(server: str, folder: Path) -> int:
    """Keep what the page is, for its rivals. Returns its size over the wire."""
    import http.client

    connection = http.client.HTTPConnection(server)
    connection.request("GET", PAGE, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    own = {"server", "date", "connection", "transfer-encoding"}
    headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in own]
    (folder / "files").mkdir(parents=True)
    (folder / "headers.json").write_text(json.dumps(headers))
    (folder / "files" / "page.html.gz").write_bytes(body)
    (folder / "files" / "page.html").write_bytes(gzip.decompress(body))
    return len(body)


def shipped_nginx(rendered: str, gunicorn: str, port: int) -> str:
    """docs/nginx.conf without TLS, on this port."""
    text = (ROOT / "docs" / "nginx.conf").read_text("utf-8")
    head, _plain, tls = text.partition("server {")[0], *text.partition("server {")[1:]
    server = "server {" + tls.split("server {", 1)[1]
    lines = [row for row in server.splitlines() if "ssl" not in row]
    server = "\n".join(lines).replace(
        "server_name", f"listen 127.0.0.1:{port};\n    server_name", 1
    )
    for old, new in (
        ("portal.example.org", "localhost"),
        ("/var/cache/portal", rendered),
        ("127.0.0.1:8000", gunicorn),
        ("X-Forwarded-Proto https", "X-Forwarded-Proto http"),
    ):
        server = server.replace(old, new)
    return head + server


def run(settings: dict[str, str], folder: Path, seconds: float, rounds: int) -> list[str]:
    """What misses its promise."""
    away = settings | {"DATABASE_URL": NOWHERE}
    stock = settings | {"DJANGO_SETTINGS_MODULE": "portal_settings"}
    page = folder / "page"
    with load.gunicorn("config.wsgi", settings) as server:
        size = record_page(server, page)
        pages = contest(__file__, "build", settings)["pages"]
        line(f"{PAGE}: {size:,} bytes compressed; {pages} pages have copies")
    rivals = settings | {"PAGE": str(page)}
    contestants = {
        "stock": ("django.core.wsgi:get_wsgi_application()", stock, PAGE),
        "copies": ("config.wsgi", settings, PAGE),
        "bare": ("portal_rivals:bare", rivals, PAGE),
        "whitenoise": ("portal_rivals:whitenoise", rivals, "/page.html"),
        "away": ("config.wsgi", away, PAGE),
    }
    measured: dict[str, list[load.Load]] = {name: [] for name in contestants}
    for _round in range(rounds):
        for name, (application, its, path) in contestants.items():
            with load.gunicorn(application, its) as server:
                load.get(server, path)
                measured[name].append(load.load(f"http://{server}{path}", seconds))
    missed = judge(measured)
    missed += outage(away)
    if shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"):
        missed += behind_nginx(settings, page, folder, seconds, rounds)
    else:
        line("  nginx is not installed: left out")
    return missed


def judge(measured: dict[str, list[load.Load]]) -> list[str]:
    rate = {name: median(each.rate for each in told) for name, told in measured.items()}

    def ratio(other: str) -> float:
        """Of neighbours in time: the machine may have become busier meanwhile."""
        pairs = zip(measured["copies"], measured[other], strict=True)
        return median(copies.rate / rival.rate for copies, rival in pairs)

    tail, bare_tail = tails(measured)
    for name, told in measured.items():
        middle, high = median(each.median for each in told), median(each.p99 for each in told)
        line(f"  {name:<11} {rate[name]:>8,.0f}/s   median {middle:.2f} ms   p99 {high:.2f} ms")
    line(f"  copies {ratio('stock'):.0f} x stock Wagtail (promised {FASTER_THAN_STOCK})")
    line(f"  copies {ratio('bare'):.2f} x the bare function (promised {OF_BARE})")
    line(f"  copies {ratio('whitenoise'):.2f} x WhiteNoise (promised more than 1)")
    line(f"  copies p99 {tail:.1f} x median (promised {TAIL}); the bare function {bare_tail:.1f}")
    if bare_tail > TAIL:
        line("    this machine lets not even that answer evenly: repeat it on a quiet one")
    line(f"  without database {1 / ratio('away'):.2f} x with it")
    promises = {
        "stock": ratio("stock") >= FASTER_THAN_STOCK,
        "bare": ratio("bare") >= OF_BARE,
        "WhiteNoise": ratio("whitenoise") > 1,
        "p99": tail <= TAIL,
        "answers": not sum(each.wrong for told in measured.values() for each in told),
    }
    return [name for name, kept in promises.items() if not kept]


def tails(measured: dict[str, list[load.Load]]) -> tuple[float, float]:
    """How far p99 lies above the median: of the copies, and of the bare function beside them."""
    copies, bare = (
        median(each.p99 / each.median for each in measured[name]) for name in ("copies", "bare")
    )
    return copies, bare


def outage(away: dict[str, str]) -> list[str]:
    """Every address, from the start of the server on."""
    with load.gunicorn("config.wsgi", away) as server:
        portal = [load.get(server, path)[0] for path in ADDRESSES * 50]
        admin = {load.get(server, path)[0] for path in ("/admin/", "/konto/anmelden/")}
    answered = portal.count(200) / len(portal)
    line(f"  database stopped: portal {answered:.0%} answered, admin {admin}")
    return [] if answered == 1 and admin == {503} else ["outage"]


def behind_nginx(
    settings: dict[str, str], page: Path, folder: Path, seconds: float, rounds: int
) -> list[str]:
    port, other = load.free_port(), load.free_port()
    rates: dict[str, list[float]] = {"copies": [], "file": []}
    with load.gunicorn("config.wsgi", settings) as server:
        site = shipped_nginx(
            f"{settings['DATA_DIR']}/rendered", server.replace("localhost", "127.0.0.1"), port
        )
        site += (
            f"server {{ listen 127.0.0.1:{other}; root {page}/files; gzip_static on;"
            " default_type text/html; }"
        )
        with load.nginx(site, folder, port) as address:
            load.get(address, PAGE)
            rivals = {
                "copies": f"http://{address}{PAGE}",
                "file": f"http://localhost:{other}/page.html",
            }
            for number in range(rounds * SHORTER):  # who comes first changes
                for name in sorted(rivals, reverse=bool(number % 2)):
                    rates[name].append(load.load(rivals[name], max(1, seconds / SHORTER)).rate)
    copies, file = median(rates["copies"]), median(rates["file"])
    ratio = median(a / b for a, b in zip(rates["copies"], rates["file"], strict=True))
    line(f"  nginx: copies {copies:,.0f}/s, static file of the same size {file:,.0f}/s:")
    line(f"  {ratio:.2f} (promised {OF_NGINX})")
    return [] if ratio >= OF_NGINX else ["nginx"]


def stale(settings: dict[str, str], times: int) -> list[str]:
    with (
        load.gunicorn("config.wsgi", settings, workers=1) as one,
        load.gunicorn("config.wsgi", settings, workers=1) as two,
    ):
        told = contest(__file__, "edit", settings, str(times), f"{one},{two}")
    line(f"  {told['times']:,} random edits, read on both servers: {len(told['stale'])} stale")
    for each in told["stale"][:5]:
        line(f"    {each}")
    return ["stale"] if told["stale"] else []


def main(given: Any) -> None:
    line(f"The portal on {database_name()}, asked by {load.client_name()}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = environment("portal", folder, "config.settings") | SWITCHES
        contest(__file__, "build", settings)
        missed = run(settings, folder, given.seconds, given.rounds)
        missed += stale(settings, given.edits)
    if missed:
        line(f"  missed: {', '.join(missed)}")
        sys.exit(1)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--child", choices=("build", "edit"))
    arguments.add_argument("--seconds", type=float, default=3)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--edits", type=int, default=1000)
    arguments.add_argument("more", nargs="*")
    given = arguments.parse_args()
    if given.child == "build":
        build()
    elif given.child == "edit":
        edit(int(given.more[0]), given.more[1].split(","))
    else:
        main(given)
