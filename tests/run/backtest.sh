#!/usr/bin/env bash
# backtest of many dates gives what it gives of each alone, with verdicts and what is learned from them.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

mkdir -p "$TMPDIR/detectors"
cp tests/data/burnt.sql "$TMPDIR/detectors/"
config backtest "[ingest]" "detectors = $TMPDIR/detectors"
{ sed '/^detectors/d' "$TXMON_CONFIG"; scripts/no-detectors; } >"$TMPDIR/off.conf"

# 30 dates up to 2026-03-01. Whatever is paid to one in 15 merchants is fraud, which is known on the fifth day;
# of those of the 12th of February it is said a day later that they are none.
fresh
LC_ALL=C awk -f scripts/sample DIR="$TMPDIR/in" DATES=30 ROWS=120
ingest -c "$TMPDIR/off.conf"
sql "SELECT 'transaction_id,verdict,decided_on';
     SELECT transaction_id || ',fraud,' || tx_date + 4 FROM transactions WHERE merchant_id < 'M020';
     SELECT transaction_id || ',legitimate,' || tx_date + 5 FROM transactions
      WHERE tx_date = '2026-02-12' AND merchant_id < 'M020'" >"$TMPDIR/verdicts.csv"
ingest -c "$TMPDIR/off.conf" verdicts "$TMPDIR/verdicts.csv"
trace() {
    local table
    dump
    for table in account_base overall_base scorecard scorecard_bin scorecard_day ingestion_run pg_class; do
        sql "SELECT '$table', count(*) FROM $table"
    done
}
before=$(trace)

# From before the first verdict on to where the scorecard is learned from three weeks.
ingest backtest --from 2026-02-06 --to 2026-02-20
is "a range is replayed" "0 " "$status $log"
printf '%s\n' "$out" >"$TMPDIR/range.csv"
head -n 1 "$TMPDIR/range.csv" >"$TMPDIR/single.csv"
for date in $(sed 1d "$TMPDIR/range.csv" | cut -d, -f4 | uniq); do
    ingest backtest --from "$date" --to "$date"
    sed 1d <<<"$out" >>"$TMPDIR/single.csv"
done
is "and gives what its dates give one by one" "" "$(diff "$TMPDIR/single.csv" "$TMPDIR/range.csv" | head -n 5)"
is "of every transaction" "$(sql "SELECT count(*) FROM transactions WHERE tx_date BETWEEN '2026-02-06' AND '2026-02-20'")" \
    "$(($(wc -l <"$TMPDIR/range.csv") - 1))"
is "from when on 30 frauds are known, the scorecard has its say" "2026-02-10" \
    "$(sql "SELECT min(d::date) FROM generate_series(date '2026-02-01', '2026-03-01', '1 day') AS d
             WHERE (SELECT count(*) FROM verdict AS v WHERE v.verdict = 'fraud' AND v.decided_on < d) >= 30")"
is "and not before" "yes" "$(awk -F, '$5 ~ /card/ { seen = $4 < "2026-02-10" ? "too soon" : "yes" } END { print seen }' "$TMPDIR/range.csv")"
is "and none of it stays" "$before" "$(trace)"

# A run that is under way holds what it writes to.
sql "BEGIN; SET LOCAL lock_timeout = 0;
     INSERT INTO overall_base VALUES (1, '2026-02-20', 'EUR', 1, 1, 1, 1, 1, 1, 1);
     INSERT INTO scorecard_day VALUES (1, '2026-02-19', 1, 1, 1); SELECT pg_sleep(60)" >/dev/null 2>&1 &
writer=$!
for _ in $(seq 500); do
    [ "$(sql "SELECT count(*) FROM pg_locks WHERE relation = 'scorecard_day'::regclass AND mode = 'RowExclusiveLock'")" = 0 ] || break
    sleep 0.01
done
ingest backtest --from 2026-02-19 --to 2026-02-20
is "a replay waits for no run" "$(grep -E ',2026-02-(19|20),' "$TMPDIR/single.csv" | md5sum)" "$(sed 1d <<<"$out" | md5sum)"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%INSERT INTO overall_base%' AND pid <> pg_backend_pid()" >/dev/null
wait "$writer" 2>/dev/null

# What runs have kept changes nothing of it.
ingest --date 2026-02-17
is "dates are judged by a run" "0 t" "$status $(sql "SELECT count(*) > 0 FROM scorecard_bin WHERE tx_date = '2026-02-10'")"
before=$(trace)
ingest backtest --from 2026-02-06 --to 2026-02-20
is "after runs the scores are the same" "" "$(diff <(echo "$out") "$TMPDIR/range.csv" | head -n 5)"
is "and what runs keep stays as it is" "$before" "$(trace)"

"$BUILD/txingest" backtest --from 2026-02-06 --to 2026-02-20 2>"$TMPDIR/log" | head -n 1 >/dev/null
is "a reader that has gone is told" "1 writing: Broken pipe" "${PIPESTATUS[0]} $(grep -o 'writing: [A-Za-z ]*' "$TMPDIR/log")"
