#!/usr/bin/env bash
# The dashboard with all sorts of data, and with runs of all sorts: empty, well, late, failed, under way;
# ten thousand findings, ten years, and text of every kind. Each view by axe, light, dark, narrow and on paper.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

[ -n "${STATES_PORT:-}" ] || take_ports
export STATES_PORT=${STATES_PORT:-$port}
api=("[api]" "listen = 127.0.0.1:$STATES_PORT" "admin = none" "dashboard = $BUILD/dashboard")
detectors=off
detector() {
    cat <<'END_OF_SQL'
-- flag: what is paid to FLAG, with all that evidence can have.
--
-- lookback = 0
SELECT 'account' AS subject_type, t.account_id AS subject_id, t.currency, t.transaction_id,
       t.amount AS observed, 2 AS expected, 1 AS lower, 3 AS upper, round(1 - 1 / (1 + t.amount), 6) AS score,
       format('%s paid %s', t.account_id, t.amount) AS reason,
       jsonb_build_object('training', jsonb_build_array(jsonb_build_object('date', :'date'::date - 2, 'value', '2.00'),
                                                        jsonb_build_object('date', :'date'::date - 1, 'value', '2.50')),
                          'excluded', jsonb_build_array(jsonb_build_object('date', :'date'::date - 6, 'why', 'not loaded'),
                                                        jsonb_build_object('date', :'date'::date - 5, 'why', 'not loaded'),
                                                        jsonb_build_object('date', :'date'::date - 4, 'why', 'not loaded'),
                                                        jsonb_build_object('date', :'date'::date - 3, 'why', 'confirmed fraud')),
                          'arithmetic', jsonb_build_array('median of 2 days = 2.25')) AS evidence
  FROM transactions AS t
 WHERE t.source_id = :'source'::integer AND t.tx_date = :'date'::date AND t.merchant_id = 'FLAG';
END_OF_SQL
}
bare() {
    cat <<'END_OF_SQL'
-- bare: what is paid to BARE.
--
-- lookback = 5
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       NULL AS expected, NULL AS lower, NULL AS upper, 0.5 AS score, 'paid to BARE' AS reason
  FROM transactions
 WHERE source_id = :'source'::integer AND tx_date = :'date'::date AND merchant_id = 'BARE';
END_OF_SQL
}
settings=("[detector flag]" "budget = 20000" "[ingest]" "alerts = 0" "detectors = $TMPDIR/detectors" "${api[@]}")
header="transaction_id,account_id,ts,amount,currency,merchant_id"
days() { # days FIRST_DAY COUNT STEP: one transaction each, from 2016-01-01 on
    LC_ALL=C python3 -c 'import datetime, sys
first, n, step = map(int, sys.argv[1:])
for i in range(n):
    day = datetime.date(2016, 1, 1) + datetime.timedelta(first + i * step)
    print(f"d{day},a{i % 5},{day}T10:00:00Z,{i % 9 + 1}.25,EUR,M1")' "$@"
}

one() { { echo $header; days 3600 20 1; } >"$TMPDIR/in/one.csv" && ingest; }
years() { { echo $header; days 0 24 150; } >"$TMPDIR/in/years.csv" && ingest; }
naughty() {
    { # an id is never empty; the longest is 1,024 bytes long
        echo $header
        jq -r 'to_entries[] | ["t\(.key)", "a" + .value, "2025-11-20T10:00:00Z", "5", "EUR", "FLAG"] | @csv' tests/data/blns.json
        printf 'long,%s,2025-11-20T11:00:00Z,9,EUR,FLAG\n' "$(printf 'L%.0s' $(seq 1024))"
        printf 'rtl,%s,2025-11-20T12:00:00Z,8,EUR,FLAG\n' 'حساب العميل ١٢٣ שלום'
        printf 'script,%s,2025-11-20T13:00:00Z,7,EUR,FLAG\n' '<script>document.title=1</script>'
        echo 'bare,b,2025-11-20T13:30:00Z,7,EUR,BARE'
        echo 'bad,<img src=x onerror=document.title=1>,yesterday,1,EUR,M1'
    } >"$TMPDIR/in/<b>naughty.csv" && ingest
}
many() {
    { echo $header; awk 'BEGIN { for (i = 1; i <= 10000; i++) print "m" i ",b" i ",2025-11-21T10:00:00Z,50,EUR,FLAG" }'; } >"$TMPDIR/in/many.csv"
    ingest
}
late() { config page "expected_by = 06:00" "reject_limit = 100%" "${settings[@]}" && ingest; }
failed() { echo "$header" >"$TMPDIR/in/one.csv" && ingest; }
# A run that is kept from writing what it finds, until release.
held() {
    rm "$TMPDIR/in/one.csv"
    { echo $header; awk 'BEGIN { for (i = 1; i <= 8192; i++) print "h" i ",c" i % 9 ",2026-03-08T10:00:00Z,1,EUR,M1" }'; } >"$TMPDIR/in/more.csv"
    psql -Xqc "BEGIN; LOCK TABLE anomaly IN SHARE MODE; SELECT pg_sleep(120)" >/dev/null 2>&1 &
    await "SELECT pid FROM pg_locks WHERE relation = 'anomaly'::regclass AND mode = 'ShareLock' AND granted"
    "$BUILD/txingest" >"$TMPDIR/out" 2>"$TMPDIR/log" </dev/null &
    await "SELECT records FROM run_progress WHERE records > 0"
}
release() {
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(120)%' AND pid <> pg_backend_pid()" >/dev/null
}
# A second source, without a time by which it is expected.
second() {
    mkdir "$TMPDIR/u"
    { echo $header; days 3600 2 1; } >"$TMPDIR/u/u.csv"
    config page "expected_by = 06:00" "reject_limit = 100%" "[source u]" "path = $TMPDIR/u" "settle = 0s" "${settings[@]}" && ingest
}
await() { # await QUERY: until it has a row, ten seconds at most
    for _ in $(seq 500); do
        [ -z "$(sql "$1")" ] || return 0
        sleep 0.02
    done
    echo "there is no row: $1"
}
decided() { ingest verdicts "$1"; }

# The browser's test calls this script for each thing that is to happen, and gets what it prints.
if [ $# -gt 0 ]; then
    "$@"
    echo "${status-}"
    exit
fi

[ -d tests/node_modules/playwright-core ] ||
    npm ci --prefix tests --ignore-scripts --no-audit --no-fund >/dev/null || exit 1
config page "reject_limit = 100%" "${settings[@]}"
ingest migrate
mkdir "$TMPDIR/detectors"
detector >"$TMPDIR/detectors/flag.sql"
bare >"$TMPDIR/detectors/bare.sql"
SHOTS=$BUILD/screenshots TXAPI=$BUILD/txapi BASE=http://127.0.0.1:$STATES_PORT STEP=$0 LIST=tests/data/blns.json \
    timeout 300 node tests/dashboard_states.mjs || printf 'not ok the browser got through\n'
