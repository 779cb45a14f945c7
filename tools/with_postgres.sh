#!/usr/bin/env bash
# Run a command with ZHIBU_DATABASE naming a private PostgreSQL cluster that exists only as long as the command runs.
#   tools/with_postgres.sh .venv/bin/pytest tests/audit
# Programs are taken from PATH, from pg_config, or from where Debian keeps them. As root the cluster runs as the user
# `postgres` (PostgreSQL refuses root). With ZHIBU_DATABASE set already, that server is used instead.
set -euo pipefail

if [[ -n "${ZHIBU_DATABASE:-}" ]]; then
    exec "$@"
fi

find_programs() {
    local place
    for place in "$(dirname "$(command -v initdb || echo /nowhere/initdb)")" "$(pg_config --bindir 2>/dev/null || true)" \
        $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -rV); do
        if [[ -x "$place/initdb" && -x "$place/pg_ctl" ]]; then
            echo "$place"
            return
        fi
    done
    echo "PostgreSQL's server programs (initdb, pg_ctl) are not installed. On Debian: apt-get install postgresql" >&2
    return 1
}

programs=$(find_programs)
folder=$(mktemp -d)
as=()
if [[ $(id -u) -eq 0 ]]; then
    as=(runuser -u postgres --)
    chown postgres "$folder"
fi

stop() {
    "${as[@]}" "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cd "$folder"
"${as[@]}" "$programs/initdb" -D "$folder/data" -U zhibu --auth=trust --encoding=UTF8 --locale=C >"$folder/log" 2>&1 \
    || { cat "$folder/log" >&2; exit 1; }
# durability is of no use to a cluster that is thrown away
"${as[@]}" "$programs/pg_ctl" -D "$folder/data" -w -l "$folder/data/log" start -o "-p $port -k $folder \
    -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=200" >/dev/null \
    || { cat "$folder/data/log" >&2; exit 1; }
cd "$OLDPWD"

export ZHIBU_DATABASE="postgres://zhibu@127.0.0.1:$port/postgres"
"$@"
