#!/usr/bin/env bash
# The whole suite on SQLite, browser included, then what depends on storage on PostgreSQL.
# The last line counts both; it fails if either does.
set -uo pipefail
cd "$(dirname "$0")/.."

make/debian.sh chromium=chromium soffice=libreoffice-calc-nogui \
    /usr/lib/postgresql/15/bin/postgres=postgresql-15 || exit 1

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
# One process per core, each with a database and a browser of its own. In the order of pytest-django:
# tests with transactions of their own come last, their flush takes what the migrations wrote.
pytest() {
    .venv/bin/python -m pytest -q -n auto --maxprocesses=4 --tb=short --show-capture=no \
        --junit-xml="$results/$1.xml" "${@:2}"
}

failed=0
echo "── SQLite"
DATABASE_URL='' pytest sqlite || failed=1
echo "── PostgreSQL"
export -f pytest
export results
make/with_postgresql.sh bash -c 'pytest postgresql -m storage' || failed=1

.venv/bin/python make/count.py "$results"/*.xml
exit "$failed"
