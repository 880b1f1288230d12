#!/usr/bin/env bash
# Every benchmark on SQLite and on PostgreSQL. Fails if one misses what was promised.
# Usage: make/bench.sh [SCRIPT...]     default: every script in bench/
set -uo pipefail
cd "$(dirname "$0")/.."

scripts=("$@")
[ $# -gt 0 ] || scripts=($(grep -l '^if __name__' bench/*.py))

failed=0
for script in "${scripts[@]}"; do
    DATABASE_URL='' .venv/bin/python "$script" || failed=1
    make/with_postgresql.sh .venv/bin/python "$script" || failed=1
done
exit "$failed"
