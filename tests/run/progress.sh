#!/usr/bin/env bash
# How far a run has come, as others see it: on its terminal, and by txingest status from another one.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

config progress
records() { # records FILE FROM TO
    awk -v from="$2" -v to="$3" 'BEGIN { print "transaction_id,account_id,ts,amount"
        for (i = from; i <= to; i++) printf "%d,a%d,2026-01-%02dT10:00:00,%d.50\n", i, i % 997, i % 4 + 25, i }' >"$TMPDIR/in/$1"
}
# held COMMAND…: it runs while somebody keeps runs from writing anomalies; release lets it go on.
held() {
    psql -Xqc "BEGIN; LOCK TABLE anomaly; SELECT pg_sleep(60)" >/dev/null 2>&1 &
    until [ -n "$(sql "SELECT pid FROM pg_locks WHERE relation = 'anomaly'::regclass AND mode = 'AccessExclusiveLock' AND granted")" ]; do sleep 0.02; done
    "$@" >"$TMPDIR/out" 2>"$TMPDIR/log" </dev/null &
    pid=$!
}
release() {
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()" >/dev/null
    wait $pid 2>/dev/null
    status=$?
}
beats() { sql "SELECT concat_ws(' ', records, tx_date) FROM run_progress"; }
await_beat() {
    for _ in $(seq 500); do
        [ -z "$(beats)" ] || return
        sleep 0.02
    done
}

fresh
records one.csv 1 8192
size=$(stat -c %s "$TMPDIR/in/one.csv")
held "$BUILD/txingest" --json
await_beat
is "while a run's transaction is open, others see how far it is" "8192 2026-01-28" "$(beats)"
is "and nothing of what it brings" 0 "$(sql "SELECT count(*) FROM transactions")"
ingest status --json
is "txingest status says it" "running 8192 $size $size 2026-01-28 0 number" \
    "$(jq -r '.[0] | "\(.status) \(.records_read) \(.bytes_read) \(.bytes_to_read) \(.date_at_hand) \(.seconds_left) \(.rows_per_second | type)"' <<<"$out")"
release
is "the run ends well" "0 8192" "$status $(sql 'SELECT count(*) FROM transactions')"
is "and nothing is left of it" "" "$(beats)"
ingest status --json
is "nor said" null "$(jq -r '.[0].records_read' <<<"$out")"

records two.csv 8193 16384
held "$BUILD/txingest" --json
await_beat
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'txingest progress'" >/dev/null
sleep 1.2
release
is "a run goes on when its heartbeat cannot" "0 8192 " "$status $(jq .loaded "$TMPDIR/out") $(cat "$TMPDIR/log")"

records three.csv 16385 24576
held "$BUILD/txingest" --json
await_beat
kill -9 $pid
release
ingest
is "what a killed run said of itself is cleared by the next one" "0 " "$status $(beats)"

records four.csv 24577 32768
held script -qec "$BUILD/txingest" /dev/null
await_beat
release
like "a terminal has a bar with bytes, rows a second, time left and the date" \
    't \[#* *\] [0-9.]+ of [0-9.]+ MB, [0-9]+ rows/s, [0-9]+:[0-9][0-9] left, 2026-01-28' "$(tr '\r' '\n' <"$TMPDIR/out")"
like "and a summary" "records 8192 = loaded 8192 \+ duplicate 0 \+ rejected 0" "$(cat "$TMPDIR/out")"
