#!/usr/bin/env bash
# Runs a command with DATABASE_URL set to a PostgreSQL of its own: in a private folder, on a free
# loopback port, stopped and removed afterwards whatever happens. SUPERUSER_URL is its superuser's.
# Usage: make/with_postgresql.sh COMMAND [ARGUMENT...]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

bin=/usr/lib/postgresql/15/bin
"$here"/debian.sh "$bin/postgres=postgresql-15"

# PostgreSQL refuses to run as root; the package has made a user for it.
as_owner=()
[ "$(id -u)" = 0 ] && as_owner=(runuser -u postgres --)

folder=$(mktemp -d)
stop() {
    "${as_owner[@]}" "$bin/pg_ctl" --pgdata="$folder/data" --mode=immediate --silent stop || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP
[ "$(id -u)" = 0 ] && chown postgres: "$folder"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
password=$(python3 -c 'import secrets; print(secrets.token_hex(16))')
(umask 077; echo "$password" >"$folder/password")
[ "$(id -u)" = 0 ] && chown postgres: "$folder/password"

cd "$folder"
"${as_owner[@]}" "$bin/initdb" --pgdata="$folder/data" --username=owner --pwfile="$folder/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
# Nothing here outlives the run, so nothing waits for the disk.
"${as_owner[@]}" "$bin/pg_ctl" --pgdata="$folder/data" --log="$folder/log" --wait --silent start \
    --options="-p $port -h 127.0.0.1 -k '' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
# The site's own role, as in production: it may create databases, and is no superuser.
PGPASSWORD=$password "$bin/psql" --quiet --host=127.0.0.1 --port="$port" --username=owner postgres <<EOF
CREATE ROLE portal LOGIN CREATEDB PASSWORD '$password';
CREATE DATABASE portal OWNER portal;
EOF
cd "$here/.."

address="$password@127.0.0.1:$port"
DATABASE_URL="postgres://portal:$address/portal" SUPERUSER_URL="postgres://owner:$address/portal" "$@"
