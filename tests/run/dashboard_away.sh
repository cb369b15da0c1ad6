#!/usr/bin/env bash
# The dashboard with one day of data, behind a token, and while its database goes away.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

[ -d tests/node_modules/playwright-core ] ||
    npm ci --prefix tests --ignore-scripts --no-audit --no-fund >/dev/null || exit 1
dir=$(mktemp -d /tmp/txmon-away.XXXXXX)
chmod 755 "$dir"
trap 'scripts/cluster stop "$dir/pg"; rm -rf "$dir"' EXIT
PGHOST=$(scripts/cluster start "$dir/pg" -c fsync=off)
export PGHOST PGUSER=txmon PGDATABASE=postgres

take_ports
(umask 077 && echo 0123456789abcdef0123456789abcdef >"$TMPDIR/tokens")
config page "[api]" "listen = 127.0.0.1:$port" "admin = none" "dashboard = $BUILD/dashboard" "tokens = $TMPDIR/tokens" "timeout = 2s"
ingest migrate
echo "transaction_id,account_id,ts,amount
t1,a,2026-01-05T10:00:00Z,1.00
t2,a,2026-01-05T11:00:00Z,2.00" >"$TMPDIR/in/a.csv"
ingest
is "one day is loaded" 0 "$status"
sql "CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader"
PGUSER=reader SHOTS=$BUILD/screenshots TXAPI=$BUILD/txapi BASE=http://127.0.0.1:$port STOP="scripts/cluster stop $dir/pg" TOKEN=0123456789abcdef0123456789abcdef \
    node tests/dashboard_away.mjs || printf 'not ok the browser got through\n'
