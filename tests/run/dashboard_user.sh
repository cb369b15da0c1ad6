#!/usr/bin/env bash
# The dashboard as a user has it: by keyboard and mouse, while the API dies, and on small screens.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

[ -d tests/node_modules/playwright-core ] ||
    npm ci --prefix tests --ignore-scripts --no-audit --no-fund >/dev/null || exit 1
port=$((20000 + ($$ + 11) % 20000))
config page "time_zone = Europe/Berlin" "[api]" "listen = 127.0.0.1:$port" "admin = none" "dashboard = $BUILD/dashboard"
ingest migrate
LC_ALL=C awk -f scripts/sample DIR="$TMPDIR/in" DATES=40 ROWS=300
printf 'transaction_id,account_id,ts,amount\n"<img src=x>","<img src=x onerror=document.title=1>",2026-03-01T10:00:00,9999999\n' >"$TMPDIR/in/xss.csv"
ingest
is "sample files are loaded" 3 "$status"

SHOTS=$BUILD/screenshots TXAPI=$BUILD/txapi BASE=http://127.0.0.1:$port \
FOUND=$(sql "SELECT count(*) FROM anomaly WHERE tx_date >= '2026-01-31'") \
VELOCITY=$(sql "SELECT count(*) FROM anomaly WHERE tx_date >= '2026-01-31' AND detector = 'velocity'") \
REJECTED=$(sql "SELECT count(*) FROM rejected_record") \
    node tests/dashboard.mjs || printf 'not ok the browser got through\n'
