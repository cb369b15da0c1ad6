#!/usr/bin/env bash
# The dashboard as a user has it: by keyboard and mouse, while the API dies, and on small screens.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

[ -d tests/node_modules/playwright-core ] ||
    npm ci --prefix tests --ignore-scripts --no-audit --no-fund >/dev/null || exit 1
take_ports
config page "time_zone = Europe/Berlin" "[api]" "listen = 127.0.0.1:$port" "admin = none" "dashboard = $BUILD/dashboard"
ingest migrate
LC_ALL=C awk -f scripts/sample DIR="$TMPDIR/in" DATES=40 ROWS=300
# What is hostile comes by the files: in a record that is loaded, and in one that is rejected.
hostile='<img src=x onerror=document.title=1>'
long=$(printf 'Ab9-%.0s' $(seq 32))
hit=A0072 # whom scripts/sample sends on a spree on that date
printf '%s\n' "transaction_id,account_id,ts,amount,currency,merchant_id" "$hostile,$hit,2026-03-01T10:00:00,5.00,EUR,سوق‏ العملات" \
    "$long,$hit,2026-03-01T10:00:01,5.00,EUR,M001" >"$TMPDIR/in/xss.csv"
echo "x3,$hostile,yesterday,1,EUR,M001,web,DE" >>"$TMPDIR/in/2026-03-01.csv"
ingest
is "sample files are loaded" 3 "$status"

SHOTS=$BUILD/screenshots TXAPI=$BUILD/txapi BASE=http://127.0.0.1:$port \
FOUND=$(sql "SELECT count(*) FROM anomaly WHERE tx_date >= '2026-01-31' AND state = 'shown'") \
AMOUNTS=$(sql "SELECT string_agg(to_char(sum, 'FM999,999,999,990.00') || ' ' || currency, ' · ' ORDER BY currency)
                 FROM (SELECT currency, sum(amount) FROM transactions WHERE ts >= timestamp '2026-01-31' AT TIME ZONE 'UTC'
                          AND ts < timestamp '2026-03-02' AT TIME ZONE 'UTC' GROUP BY currency) AS s") \
CRITICAL=$(sql "SELECT count(*) FROM anomaly WHERE tx_date >= '2026-01-31' AND severity = 'critical' AND state = 'shown'") \
BEYOND=$(sql "SELECT count(*) FROM anomaly WHERE tx_date >= '2026-01-31' AND state = 'overflow'") \
VELOCITY=$(sql "SELECT count(*) FROM anomaly WHERE tx_date >= '2026-01-31' AND detector = 'velocity' AND state = 'shown'") \
VELOCITY_ID=$(sql "SELECT anomaly_id FROM anomaly WHERE tx_date = '2026-03-01' AND detector = 'velocity' AND subject_id = '$hit'") \
TEN=$(sql "SELECT CASE WHEN n > p THEN '↑' WHEN n < p THEN '↓' ELSE '=' END || ' '
                || to_char(abs(n - p) * 100.0 / p, CASE WHEN abs(n - p) * 10 < p THEN 'FM0.0' ELSE 'FM990' END)
                || ' % against the range before (' || to_char(p, 'FM999,999') || ')'
              FROM (SELECT count(*) FILTER (WHERE ts >= '2026-02-20Z') AS n, count(*) FILTER (WHERE ts < '2026-02-20Z') AS p
                      FROM transactions WHERE ts >= '2026-02-10Z' AND ts < '2026-03-02Z') AS c") \
DAYS=$(sql "SELECT string_agg(day || ' ' || n, ', ' ORDER BY day)
              FROM (SELECT d::date AS day, (SELECT count(*) FROM anomaly WHERE tx_date = d::date) AS n
                      FROM generate_series('2026-02-20'::timestamp, '2026-03-01', '1 day') AS d) AS days") \
RUN=$(sql "SELECT concat_ws(' ', 'Run', run_id, 't', mode, status, records, loaded, duplicate, rejected) FROM ingestion_run ORDER BY run_id DESC LIMIT 1") \
BERLIN=$(sql "SELECT count(*) FROM transactions WHERE ts >= timestamp '2026-02-10' AT TIME ZONE 'Europe/Berlin'
                AND ts < timestamp '2026-02-13' AT TIME ZONE 'Europe/Berlin'") HOSTILE=$hostile LONG=$long \
REJECTED=$(sql "SELECT count(*) FROM rejected_record") \
    node tests/dashboard.mjs || printf 'not ok the browser got through\n'
