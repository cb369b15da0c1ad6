#!/usr/bin/env bash
# What is dropped when it is old enough, and what of that comes again.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

# file NAME DATE…: two records a date
file() {
    local name=$1 date
    shift
    {
        echo transaction_id,account_id,ts,amount
        for date; do
            printf '%s,a%s,%sT10:00:00,1.00\n' "$date-1" 1 "$date" "$date-2" 2 "$date"
        done
    } >"$TMPDIR/in/$name"
}
dates() { sql "SELECT string_agg(DISTINCT tx_date::text, ' ' ORDER BY tx_date::text) FROM transactions"; }
counts() { sql "SELECT string_agg(concat_ws(' ', regexp_replace(path, '.*/', ''), records, loaded, duplicate, rejected, dropped),
                                  ', ' ORDER BY path) FROM ingestion_file"; }
modes() { sql "SELECT string_agg(mode || ' ' || status || ' ' || dropped, ', ' ORDER BY run_id) FROM ingestion_run"; }

config retain "leaf = day" "retain_days = 3" "reject_limit = 50%"
fresh
file a.csv 2026-01-01 2026-01-02 2026-01-03
ingest
is "what is to be kept is kept" "0 2026-01-01 2026-01-02 2026-01-03 ingest success 0" "$status $(dates) $(modes)"
file b.csv 2026-01-05 2026-01-01
ingest --json
is "older days go when newer ones come" "0 2026-01-03 2026-01-05" "$status $(dates)"
is "and the summary says so" "4 2026-01-02" "$(jq -r '"\(.dropped) \(.dropped_to)"' <<<"$out")"
is "in a run of their own" "ingest success 0, ingest success 0, retain success 4" "$(modes)"
is "their files count them, duplicates, too" "a.csv 6 2 0 0 4, b.csv 4 2 0 0 2" "$(counts)"
is "the source says since when it is whole" 2026-01-03 "$(sql "SELECT kept_from FROM source")"
is "their tables are gone" 2 "$(sql "SELECT count(*) FROM pg_class WHERE relname LIKE 'transactions\_1\_%' AND relkind = 'r'")"
is "what was derived from them stays" "2026-01-01 2026-01-02 2026-01-03 2026-01-05" \
    "$(sql "SELECT string_agg(DISTINCT tx_date::text, ' ' ORDER BY tx_date::text) FROM subject_day")"
is "the checkpoint is where it was, and nothing is violated" "2026-01-05 " "$(sql 'SELECT last_date FROM ingestion_state') $(violations)"
before=$(dump)
ingest --json
is "again there is nothing to drop" "0 0 2 $before" "$status $(jq -r '"\(.dropped) \(.skipped)"' <<<"$out") $(dump)"

file late.csv 2026-01-02 2026-01-04
ingest
is "late records of a dropped date are rejected" "3 2026-01-03 2026-01-04 2026-01-05" "$status $(dates)"
is "with their reason" "2 2 ts dropped retain_days has dropped the dates before 2026-01-03" \
    "$(sql "SELECT concat_ws(' ', count(*), min(line), min(column_name), min(reason), min(detail)) FROM rejected_record")"
file late2.csv 2026-01-01 2026-01-02
ingest
like "a file of them alone is stopped by the limit" "^13 .*late2.csv: 4 of 4 records rejected, .*retain_days has dropped" "$status $log"
rm "$TMPDIR/in/late2.csv"
ingest --dry-run
is "a dry run knows it, too" 0 "$status"
ingest --date 2026-01-02
like "a dropped date is not re-run" "^2 .*has its transactions from 2026-01-03 on" "$status $log"
ingest --from 2026-01-01 --to 2026-01-31
is "of a range what is there is" "0 " "$status $(violations)"
is "and what was derived stays" 2 "$(sql "SELECT n FROM subject_day WHERE subject_type = 'total' AND tx_date = '2026-01-01'")"
ingest undo 2
is "a run whose rows are dropped in part can be undone" "0 2026-01-03 2026-01-04 " "$status $(dates) $(violations)"
ingest undo 1
ingest undo 5
is "down to nothing" "0  0 " "$status $(dates) $(sql 'SELECT count(*) FROM ingestion_state') $(violations)"

# Rollups, too; months.
fresh
config months "leaf = month" "retain_days = 31" "retain_rollups_days = 59"
file a.csv 2026-01-01 2026-02-01 2026-03-01 2026-03-31
ingest --json
is "a month goes when none of its dates is to be kept" "2026-03-01 2026-03-31 4 2026-02-28" \
    "$(dates) $(jq -r '"\(.dropped) \(.dropped_to)"' <<<"$out")"
is "and its rollups in their time" "2026-02-01 2026-03-01 2026-03-31|3" \
    "$(sql "SELECT (SELECT string_agg(DISTINCT tx_date::text, ' ' ORDER BY tx_date::text) FROM subject_day),
                   (SELECT count(DISTINCT tx_date) FROM hour_count)")"
is "nothing is violated by that" "" "$(violations)"

# More than a transaction drops, ended in the middle.
fresh
config many "leaf = day"
dates=$(seq 0 99 | while read -r i; do date -d "2026-01-01 + $i days" +%F; done)
# shellcheck disable=SC2086 # dates
file a.csv $dates
ingest
config many "leaf = day" "retain_days = 10"
psql -Xqc "BEGIN; LOCK TABLE transactions_1_20260220; SELECT pg_sleep(60)" >/dev/null 2>&1 &
until [ -n "$(sql "SELECT pid FROM pg_locks WHERE relation = 'transactions_1_20260220'::regclass AND mode = 'AccessExclusiveLock' AND granted")" ]; do sleep 0.02; done
"$BUILD/txingest" 2>"$TMPDIR/log" &
pid=$!
for _ in $(seq 600); do
    [ "$(sql "SELECT count(*) FROM leaf WHERE parent = 'transactions'")" -lt 100 ] && break
    sleep 0.05
done
sleep 0.3
kill -TERM $pid
wait $pid
status=$?
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()" >/dev/null
is "a signal ends it between two transactions" "143 68 " \
    "$status $(sql "SELECT count(*) FROM leaf WHERE parent = 'transactions'") $(violations)"
ingest
is "and the next run drops the rest" "0 10 " "$status $(sql "SELECT count(*) FROM leaf WHERE parent = 'transactions'") $(violations)"
