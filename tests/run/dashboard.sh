#!/usr/bin/env bash
# The dashboard in a real browser: what is on the screen is what psql says.
# shellcheck disable=SC2119,SC2154 # status is set by ingest
. tests/run/lib.sh

take_ports
base=http://127.0.0.1:$port
config page "time_zone = Europe/Berlin" "[api]" "listen = 127.0.0.1:$port" "admin = none" "dashboard = $BUILD/dashboard"
ingest migrate
trap 'kill $api 2>/dev/null' EXIT
start_api

# The page's document after its scripts have run.
page() {
    chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync \
        --disable-background-networking --disable-component-update --disable-dev-shm-usage \
        --user-data-dir="$TMPDIR/chromium" --virtual-time-budget=10000 --window-size=1280,900 \
        --dump-dom "$base/$1" 2>/dev/null
}
# value ID DOCUMENT: the data-value of an element
value() { grep -oE "id=\"$1\" data-value=\"[^\"]*\"" <<<"$2" | sed 's/.*data-value="//; s/"$//'; }
state() { grep -oE 'data-state="[a-z]*"' <<<"$1"; }

document=$(page "")
is "an empty database is shown as one" 'data-state="ready" 0 0' \
    "$(state "$document") $(value total-transactions "$document") $(value total-anomalies "$document")"
like "with what to do" "run txingest" "$document"

LC_ALL=C awk -f scripts/sample DIR="$TMPDIR/in" DATES=40 ROWS=300
printf 'transaction_id,account_id,ts,amount\nx1,<img src=x onerror=document.title=1>,2026-03-01T10:00:00,1\n' >"$TMPDIR/in/xss.csv"
ingest
is "sample files are loaded" 3 "$status"

document=$(page "")
is "the total of the last thirty days is psql's" \
    "$(sql "SELECT count(*) FROM transactions WHERE ts >= timestamp '2026-01-31' AT TIME ZONE 'UTC'
              AND ts < timestamp '2026-03-02' AT TIME ZONE 'UTC'")" "$(value total-transactions "$document")"
is "and so is that of the anomalies" \
    "$(sql "SELECT count(*) FROM anomaly WHERE tx_date >= '2026-01-31'")" "$(value total-anomalies "$document")"
is "the latest run's outcome is its row's" \
    "$(sql "SELECT status FROM ingestion_run ORDER BY run_id DESC LIMIT 1")" "$(value latest-run-status "$document")"
like "and so is its time" \
    "datetime=\"$(sql "SELECT to_char(finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM ingestion_run ORDER BY run_id DESC LIMIT 1")\"" "$document"
like "the chart is drawn" "<canvas" "$document"

document=$(page "?from=2026-02-10&to=2026-02-12")
is "another range is in the address" \
    "$(sql "SELECT count(*) FROM transactions WHERE ts >= timestamp '2026-02-10' AT TIME ZONE 'UTC'
              AND ts < timestamp '2026-02-13' AT TIME ZONE 'UTC'")" "$(value total-transactions "$document")"

sql "UPDATE ingestion_run SET error = '<img src=x onerror=\"document.title=1\">'"
for _ in $(seq 200); do # for a second the state of ingestion is answered from what is kept
    curl -s "$base/api/v1/ingestion/status" | grep -q '<img' && break
    sleep 0.05
done
document=$(page "")
is "text from the data is shown as text" "0" "$(grep -c '<img src=x' <<<"$document")"
like "and is there" "&lt;img src=x" "$document"

sql "ALTER TABLE ingestion_run RENAME TO elsewhere"
document=$(page "")
is "an API that fails is shown as such" 'data-state="error"' "$(state "$document")"
sql "ALTER TABLE elsewhere RENAME TO ingestion_run"
