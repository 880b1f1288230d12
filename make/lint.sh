#!/usr/bin/env bash
# Everything a machine can say about the code without running it. Runs all of it, fails if any fails.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH" PYTHONPATH=site

data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
# As in production: TLS, a public name, an unknown key; nothing of this machine's own .env.
export ENV_FILE=/dev/null DATA_DIR="$data" DATABASE_URL= HTTPS= DEBUG= LOG_LEVEL=
export ALLOWED_HOSTS=portal.example.org BASE_URL=https://portal.example.org
SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(64))')
export SECRET_KEY

failed=0
step() {
    echo "── $*"
    "$@" || failed=1
}
step ruff check .
step ruff format --check .
step lint-imports
step mypy
step djlint site --lint --quiet
step python site/manage.py makemigrations --check --dry-run
step python site/manage.py check --deploy --fail-level WARNING
[ "$failed" = 0 ] && echo "lint: all clean"
exit "$failed"
