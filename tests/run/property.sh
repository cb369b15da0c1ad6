#!/usr/bin/env bash
# The records of a set in any order, in any split into files, some of which grow, with any kill in
# between, leave the same tables. Random cases; ORDER_SEED repeats them, ORDER_CASES makes them more.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

cases=${ORDER_CASES:-200}
RANDOM=${ORDER_SEED:=$$}
config property "reject_limit = 100%" "time_zone = Europe/Berlin" "[database]" "retry = 0" \
    "[detector velocity]" "floor = 1"
header=transaction_id,account_id,ts,amount,currency

# Four dates, two of them with 23 and 25 hours; accounts that are unusual; bad records and repeated ones.
{
    for i in $(seq 24); do
        for day in 03-28 03-29 10-24 10-25; do
            [ $((i % 5)) = 0 ] || echo "$day$i,a$((i % 3)),2026-${day}T0$((i % 4)):$((i + 10)):00,$i.25,EUR"
        done
    done
    echo "x1,a,never,1,EUR"
    echo "x2,a,2026-10-25,1.0000001,EUR"
} >"$TMPDIR/records"

# What does not depend on which file came first.
content() {
    sql "SELECT string_agg(concat_ws('|', tx_date, account_id, transaction_id, ts, amount, currency), ' '
                           ORDER BY tx_date, account_id, transaction_id) FROM transactions
         UNION ALL
         SELECT string_agg(concat_ws('|', tx_date, subject_type, subject_id, currency, n, amount_sum), ' '
                           ORDER BY tx_date, subject_type, subject_id, currency) FROM subject_day
         UNION ALL
         SELECT string_agg(concat_ws('|', tx_date, hour, n, amount_sum), ' ' ORDER BY tx_date, hour) FROM hour_count
         UNION ALL
         SELECT string_agg(concat_ws('|', tx_date, detector, subject_id, observed, upper, score, reason), ' '
                           ORDER BY tx_date, detector, subject_id) FROM anomaly
         UNION ALL
         SELECT concat_ws('|', last_date, watermark, (SELECT sum(records) FROM ingestion_file),
                          (SELECT sum(duplicate) FROM ingestion_file),
                          (SELECT string_agg(reason, ' ' ORDER BY raw) FROM rejected_record)) FROM ingestion_state"
}

ingest migrate
{ echo "$header"; cat "$TMPDIR/records"; head -n 7 "$TMPDIR/records"; } >"$TMPDIR/in/all.csv"
ingest
wanted=$(content)
is "what is to be compared with has all the records" "3 80" "$status $(sql 'SELECT count(*) FROM transactions')"
is "dates of 23 and 25 hours have their own" "2026-03-28 23:00:00|2026-03-29 01:33:00|2026-10-24 22:14:00" "$(sql "
    SELECT date_trunc('hour', min(ts) FILTER (WHERE tx_date = '2026-03-29')) AT TIME ZONE 'UTC',
           max(ts) FILTER (WHERE tx_date = '2026-03-29') AT TIME ZONE 'UTC',
           date_trunc('minute', min(ts) FILTER (WHERE tx_date = '2026-10-25')) AT TIME ZONE 'UTC' FROM transactions")"

bad=
kills=0
for ((case = 1; case <= cases; case++)); do
    empty
    rm -f "$TMPDIR/in"/*
    { cat "$TMPDIR/records"; head -n 7 "$TMPDIR/records"; } |
        shuf --random-source=<(yes "$RANDOM") >"$TMPDIR/shuffled"
    rest=$(wc -l <"$TMPDIR/shuffled") at=1
    while [ "$rest" -gt 0 ]; do
        n=$((1 + RANDOM % 60))
        file=$TMPDIR/in/$((RANDOM % 4)).csv # one that is there grows
        [ -e "$file" ] || echo "$header" >"$file"
        sed -n "$at,$((at + n - 1))p" "$TMPDIR/shuffled" >>"$file"
        at=$((at + n)) rest=$((rest - n))
        if [ $((RANDOM % 4)) = 0 ]; then
            kills=$((kills + 1))
            timeout -s KILL "0.0$((RANDOM % 90 + 10))" "$BUILD/txingest" >/dev/null 2>&1
            wait_for_backend
        elif [ $((RANDOM % 3)) != 0 ]; then
            ingest
        fi
    done
    ingest
    [ "$(content)" = "$wanted" ] || bad+="case $case: status $status: $(diff <(content) <(echo "$wanted") | cut -c 1-300)"$'\n'
    found=$(violations)
    [ -z "$found" ] || bad+="case $case: $found"$'\n'
done
is "$cases random orders and splits with $kills kills in between (seed $ORDER_SEED) leave the same" "" "$bad"
