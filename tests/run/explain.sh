#!/usr/bin/env bash
# explain: an anomaly as arithmetic, with what its detector kept and without.
# shellcheck disable=SC2119,SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

mkdir -p "$TMPDIR/detectors"
take_ports
base=http://127.0.0.1:$port
config explain "[api]" "listen = 127.0.0.1:$port" "admin = none" "dashboard = $BUILD/dashboard" "[ingest]" "detectors = $TMPDIR/detectors" "[detector amount]" "enabled = no" \
    "[detector volume]" "enabled = no" "[detector velocity]" "enabled = no" \
    "[detector payment]" "enabled = no" "[detector shifted]" "enabled = no"
fresh
# Account a on nine of ten days, 10 and 20 in turn, and 500 on the 10th; the 5th has other accounts
# alone, the 8th is missing.
for d in 1 2 3 4 5 6 7 9 10; do
    {
        echo transaction_id,account_id,ts,amount,currency,merchant_id
        echo "$d-b,b,2026-01-$(printf %02d "$d")T09:00:00Z,7.00,EUR,m"
        case $d in
        5) ;;
        10) echo "10-a,a,2026-01-10T10:00:00Z,400.00,EUR,m" && echo "10-a2,a,2026-01-10T11:00:00Z,100.00,EUR,n" ;;
        *) echo "$d-a,a,2026-01-$(printf %02d "$d")T10:00:00Z,$((d % 2 * 10 + 10)).00,EUR,m" ;;
        esac
    } >"$TMPDIR/in/2026-01-$(printf %02d "$d").csv"
done
cat >"$TMPDIR/detectors/bare.sql" <<'END'
-- param history = 9  days
-- param floor = 300  an amount
-- lookback = history
SELECT 'account' AS subject_type, subject_id, currency, '' AS transaction_id, amount_sum AS observed,
       15 AS expected, NULL AS lower, 40.50 AS upper, 0.875 AS score, 'a lot of money' AS reason
  FROM subject_day
 WHERE source_id = :'source'::integer AND tx_date = :'date'::date AND subject_type = 'account'
   AND amount_sum > :'floor'::numeric;
END
cat >"$TMPDIR/detectors/kept.sql" <<'END'
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       NULL AS expected, NULL AS lower, NULL AS upper, 0.5 AS score, 'it is large' AS reason,
       '{"training": [{"date": "2026-01-01", "value": "20.00"}, {"date": "2026-01-02", "value": "10.00"}],
         "excluded": [{"date": "2025-12-29", "why": "not loaded"}, {"date": "2025-12-30", "why": "not loaded"},
                      {"date": "2025-12-31", "why": "not loaded"}, {"date": "2026-01-02", "why": "not loaded"},
                      {"date": "2026-01-03", "why": "confirmed fraud"}],
         "arithmetic": ["mean of 2 days = 15.00", "400.00 / 15.00 = 26.7"],
         "transactions": [{"account_id": "a", "transaction_id": "1-a", "tx_date": "2026-01-01"},
                          {"account_id": "a", "transaction_id": "10-a", "tx_date": "2026-01-10"}]}'::jsonb AS evidence
  FROM transactions
 WHERE source_id = :'source'::integer AND tx_date = :'date'::date AND amount = 400;
END
ingest
is "two findings to be explained" "0 bare kept" "$status $(sql "SELECT string_agg(detector, ' ' ORDER BY detector) FROM anomaly")"
id() { sql "SELECT anomaly_id FROM anomaly WHERE detector = '$1'"; }

trap 'kill $api 2>/dev/null' EXIT
ingest explain "$(id kept)"
is "with evidence: what its detector kept, and where its transactions came from" \
    "$(id kept): kept of 2026-01-10, account a in EUR, transaction 10-a
it is large
training days
  2026-01-01 20.00
  2026-01-02 10.00
days left out, and why
  2025-12-29 to 2025-12-31 not loaded
  2026-01-02 not loaded
  2026-01-03 confirmed fraud
arithmetic
  mean of 2 days = 15.00
  400.00 / 15.00 = 26.7
expected   nothing said, bounds none to none
observed   400
score      0.5, medium, shown
parameters
detector   kept of txingest 0.1.0, SHA-256 $(sha256sum "$TMPDIR/detectors/kept.sql" | cut -d' ' -f1)
run        1 of source t
transactions behind it
  $TMPDIR/in/2026-01-10.csv:3  10-a a 2026-01-10T10:00:00Z 400.00 EUR to m
  $TMPDIR/in/2026-01-01.csv:3  1-a a 2026-01-01T10:00:00Z 20.00 EUR to m" "$out"

ingest explain "$(id bare)"
is "without: what it compares with, in a line" \
    "$(id bare): bare of 2026-01-10, account a in EUR
a lot of money
compared   with what came up to 9 days before, day by day not listed
expected   15, bounds none to 40.5
observed   500
score      0.875, high, shown
parameters  floor = 300  history = 9
detector   bare of txingest 0.1.0, SHA-256 $(sha256sum "$TMPDIR/detectors/bare.sql" | cut -d' ' -f1)
run        1 of source t
transactions behind it
  $TMPDIR/in/2026-01-10.csv:3  10-a a 2026-01-10T10:00:00Z 400.00 EUR to m
  $TMPDIR/in/2026-01-10.csv:4  10-a2 a 2026-01-10T11:00:00Z 100.00 EUR to n" "$out"

ingest explain "$(id bare)" --json
is "as JSON, numbers as text" "500 40.5 0.875 300 null 2 $TMPDIR/in/2026-01-10.csv 4 false" \
    "$(jq -r '[.observed, .upper, .score, .params.floor, (.history | tostring), (.transactions | length),
               .transactions[1].file, .transactions[1].line, .changed_since] | join(" ")' <<<"$out")"
start_api
for one in bare kept; do
    ingest explain "$(id $one)" --json
    is "the API says of $one what explain does" "$(jq -c '[.compared_with, .training, .excluded, .arithmetic]' <<<"$out")" \
        "$(curl -s "$base/api/v1/anomalies/$(id $one)" | jq -c '.data | [.compared_with, .evidence.training, .evidence.excluded, .evidence.arithmetic]')"
done
kill "$api"
wait "$api"
printf 'transaction_id,verdict,decided_on\n10-a,fraud,2026-01-12\n' >"$TMPDIR/v.csv"
ingest verdicts "$TMPDIR/v.csv"
echo "-- another" >>"$TMPDIR/detectors/bare.sql"
ingest explain "$(id bare)"
like "what was decided of a transaction stands by it" "10-a a .* \(verdict: fraud\)" "$out"
like "and that the detector's file has changed" "it has changed since" "$out"
ingest explain 0123456789abcdef
like "an anomaly that is not there" "^2 .*there is no anomaly '0123456789abcdef'" "$status $log"
ingest explain
is "or none at all" 2 "$status"
is "and nothing was written by it" "2 2 " "$(sql "SELECT count(*) FROM ingestion_run") $(sql "SELECT count(*) FROM anomaly") $(violations)"
