#!/usr/bin/env bash
# Every endpoint against what psql counts, as the role that etc/roles.sql makes: tests/routes.py asks.
# shellcheck disable=SC2119,SC2154 # status and log are set by ingest
. tests/run/lib.sh

take_ports
base=http://127.0.0.1:$port
mkdir -p "$TMPDIR/in" "$TMPDIR/far"
cat >"$TMPDIR/routes.conf" <<END
[database]
conninfo = $TEST_DB
[source t]
path = $TMPDIR/in
settle = 0s
time_zone = Europe/Berlin
expected_by = 06:30
reject_limit = 10
[source far]
path = $TMPDIR/far
settle = 0s
time_zone = Asia/Kolkata
[api]
listen = 127.0.0.1:$port
admin = none
dashboard = $BUILD/dashboard
patience = 10000
END
export TXMON_CONFIG=$TMPDIR/routes.conf
ingest migrate

# made FROM RECORDS SECONDS ZONE: records from a moment on, some seconds apart; ids that hurt
made() {
    echo "transaction_id,account_id,ts,amount,currency,merchant_id,channel,country"
    sql "SELECT concat_ws(',', 't' || i,
                CASE i % 40 WHEN 1 THEN '=1+1' WHEN 2 THEN '\"a,b\"' WHEN 3 THEN '𝒳é' WHEN 4 THEN '\"say \"\"hi\"\"\"' ELSE 'a' || i % 40 END,
                to_char(timestamptz '$1' + i * interval '$3 seconds', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),
                to_char(i % 500 - 20 + (i % 100) / 100.0, 'FM9990.00'), CASE WHEN i % 3 > 0 THEN 'EUR' ELSE 'USD' END,
                'm' || i % 7, (ARRAY['web', 'pos', ''])[i % 3 + 1], (ARRAY['DE', 'FR', 'IN', ''])[i % 4 + 1])
           FROM generate_series(0, $2 - 1) AS i"
}
made '2026-03-20 00:00:00+00' 6000 331 >"$TMPDIR/in/spring.csv"
made '2026-10-20 00:00:00+00' 4000 263 | sed '1!s/^t/u/' >"$TMPDIR/in/autumn.csv"
printf 'bad1,a1,2026-10-21T00:00:00Z,x,EUR,,,\nbad\xff2,a1,2026-10-21T00:00:00Z,1,EUR,,,\nbad3,a1,2026-10-21T00:00:00Z,1,euro,,,\n' >>"$TMPDIR/in/autumn.csv"
made '2026-03-22 00:10:00+00' 3000 557 >"$TMPDIR/far/spring.csv"
ingest
is "two sources are loaded, with rejects" "3 13000 3" \
    "$status $(sql 'SELECT count(*) FROM transactions') $(sql 'SELECT count(*) FROM rejected_record')"

# Anomalies enough for pages, with scores that are equal.
sql "INSERT INTO anomaly (source_id, anomaly_id, tx_date, detector, subject_type, subject_id, currency,
            transaction_id, observed, score, severity, state, reason, evidence, params, sql_hash, run_id)
     SELECT 1 + i % 2, left(md5('x' || i), 16), date '2026-03-23' + i % 9, 'made', 'account', 'a' || i % 40, 'EUR', '' || i,
            i, (i % 5) / 10.0, (ARRAY['low', 'medium', 'high', 'critical'])[i % 4 + 1],
            (ARRAY['shown', 'overflow'])[i % 2 + 1], 'made ' || i, NULL, '{}', 'x', 1
       FROM generate_series(1, 240) AS i;
     INSERT INTO anomaly (source_id, anomaly_id, tx_date, detector, subject_type, subject_id, currency, transaction_id,
            observed, score, severity, state, reason, evidence, params, sql_hash, run_id)
     SELECT 1, 'feedfeedfeedfeed', '2026-03-27', 'day', 'account', 'a7', 'EUR', '', sum(amount), 0.99, 'critical', 'shown', 'r',
            NULL, '{}', 'x', 1
       FROM transactions WHERE source_id = 1 AND tx_date = '2026-03-27' AND account_id = 'a7' AND currency = 'EUR'"
# plan ORDER AFTER: the plan of a page where a sort is taken only if there is no other way
plan() {
    {
        echo "SET enable_sort = off; SET enable_seqscan = off; SET enable_bitmapscan = off; EXPLAIN (COSTS OFF)"
        cat sql/api/anomalies.sql
    } | psql -XAtq -v ON_ERROR_STOP=1 -v start=0001-01-01 -v end=9999-12-31 -v tz=UTC -v source= -v detector= -v subject= -v severity= \
        -v subject_type= -v state= -v q= -v limit=50 -v order="$1" -v after="$2" -f - 2>&1
}
for order in newest score; do
    for after in "" '["0.4","2026-03-27",1,"feed"]'; do
        got=$(plan $order "$after")
        like "a page of anomalies, $order first${after:+, behind a place}, is read by its index" "Index Scan Backward using anomaly_$order " "$got"
        is "and nothing is sorted" "" "$(grep Sort <<<"$got")"
    done
done
psql -Xqf etc/roles.sql
sed -i "s/^conninfo.*/conninfo = $TEST_DB user=txmon_api/" "$TMPDIR/routes.conf"
trap 'kill $api 2>/dev/null' EXIT
start_api
python3 tests/routes.py "127.0.0.1:$port" "${SEED:-$RANDOM}"
is "all was asked" 0 $?
is "the role reads what the API shows" "" "$(grep -i 'permission\|read' "$TMPDIR/api.log" | grep -v path=/ready)"
is "and no more" "0" "$(PGUSER=txmon_api psql -XAtqc "SELECT count(*) FROM pg_class
    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
      AND (has_table_privilege(oid, 'INSERT') OR has_table_privilege(oid, 'UPDATE') OR has_table_privilege(oid, 'DELETE')
           OR has_table_privilege(oid, 'TRUNCATE')
           OR relname IN ('duplicate_record', 'leaf') AND has_table_privilege(oid, 'SELECT'))")"
