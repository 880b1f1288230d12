#!/usr/bin/env bash
# Compiles each short list of direct dependencies to every version needed, with hashes.
# Versions stay as they are where the lists allow; `make/lock.sh --upgrade` takes the newest.
set -euo pipefail
cd "$(dirname "$0")/.."

for list in make/uv make/node requirements tests/requirements; do
    .venv/bin/uv pip compile --quiet --generate-hashes --python-version 3.11 "$@" \
        "$list.in" --output-file "$list.txt"
    echo "$list.txt"
done
