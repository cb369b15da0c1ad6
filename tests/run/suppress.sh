#!/usr/bin/env bash
# What is known is stored and not shown; and the exit status that asks for people.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

mkdir -p "$TMPDIR/detectors"
config suppress "[ingest]" "detectors = $TMPDIR/detectors" "[detector large]" "budget = 2"
cat >"$TMPDIR/detectors/large.sql" <<'END'
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       NULL AS expected, NULL AS lower, NULL AS upper, amount / 1000 AS score, 'it is large' AS reason
  FROM transactions
 WHERE source_id = :'source'::integer AND tx_date = :'date'::date AND amount >= 400;
END
fresh
for d in 1 2; do
    printf 'transaction_id,account_id,ts,amount\n'
    for a in 100 400 600 700; do echo "$d-$a,a$a,2026-01-0${d}T10:00:00Z,$a"; done
done | awk '!/^tr/ || NR == 1' >"$TMPDIR/in/a.csv"
states() { sql "SELECT string_agg(concat_ws(' ', extract(day FROM tx_date), subject_id, state), ', ' ORDER BY tx_date, subject_id)
                  FROM anomaly WHERE detector = 'large'"; }
before="1 a400 overflow, 1 a600 shown, 1 a700 shown, 2 a400 overflow, 2 a600 shown, 2 a700 shown"

ingest --fail-on high
is "findings below --fail-on are no failure" "0 $before" "$status $(states)"
ingest --date 2026-01-01 --fail-on medium
is "at it they are status 4" 4 "$status"
ingest --fail-on medium
is "a run that leaves none is not" 0 "$status"
ingest --fail-on awful
like "a severity that is none" "^2 .*none of low, medium, high, critical" "$status $log"

ingest suppress large account:a700 --from 2026-01-02 --until 2026-01-31 --reason 'known, ticket 7'
is "a suppressed finding is kept and takes no place in the budget" \
    "0 1 a400 overflow, 1 a600 shown, 1 a700 shown, 2 a400 shown, 2 a600 shown, 2 a700 suppressed" "$status $(states)"
ingest suppress
is "it is listed" "1  t  large  account:a700  2026-01-02  2026-01-31  1  known, ticket 7" "$out"
ingest suppress --json
is "as JSON, too" "account:a700 1" "$(jq -r '"\(.subject) \(.findings)"' <<<"$out")"
id=$(sql "SELECT anomaly_id FROM anomaly WHERE state = 'suppressed'")
ingest explain "$id"
like "explain tells why" "suppressed: known, ticket 7" "$out"
ingest --from 2026-01-01 --to 2026-01-02 --fail-on medium
is "what is suppressed asks for nobody, what is shown still does" \
    "4 1 a400 overflow, 1 a600 shown, 1 a700 shown, 2 a400 shown, 2 a600 shown, 2 a700 suppressed" "$status $(states)"
ingest suppress '*' account --from 2026-01-01 --until 2026-01-01 --reason all
is "a whole type, of any detector" "3" "$(sql "SELECT count(*) FROM anomaly WHERE state = 'suppressed' AND tx_date = '2026-01-01'")"
ingest suppress large '*' --from 2026-01-02 --until 2026-01-02 --reason 'the rest, too'
ingest --from 2026-01-01 --to 2026-01-02 --fail-on low
is "and when nothing is shown nobody is asked for" 0 "$status"
ingest unsuppress 2
ingest unsuppress 3
ingest unsuppress 1
is "what ends shows its findings again" "0 $before" "$status $(states)"
is "each by a run of its own" 6 "$(sql "SELECT count(*) FROM ingestion_run WHERE mode = 'suppress' AND status = 'success'")"
ingest unsuppress 1
like "what has ended cannot end" "^2 .*no suppression 1" "$status $log"
ingest unsuppress x
is "nor what is no number" 2 "$status"
ingest suppress large account:a700 --from 2026-01-02 --until 2026-01-03
like "a reason is asked for" "^2 .*--reason" "$status $log"
ingest suppress lagre account:a700 --from 2026-01-02 --until 2026-01-03 --reason x
like "a detector that there is not" "^2 .*no detector 'lagre'" "$status $log"
ingest suppress large a700 --from 2026-01-02 --until 2026-01-03 --reason x
like "a subject that is none" "^2 .*'a700' is no subject" "$status $log"
ingest suppress large account:a700 --reason x
like "and the dates" "^2 .*--from D --until D" "$status $log"
ingest suppress large account:a700 --from 2026-01-03 --until 2026-01-02 --reason x
like "in their order" "^2 .*from 2026-01-03 to 2026-01-02: the last is before the first" "$status $log"
ingest suppress large account:a700 --from 2026-01-03 --reason x
like "both of them" "^2 .*of a suppression --until" "$status $log"
ingest suppress large
is "and a subject" 2 "$status"

# Of all detectors' findings of a date so many are shown, each detector's best first.
sed "s/'it is large'/'it is not small'/; s|amount / 1000|amount / 2000|; s/>= 400/>= 600/" "$TMPDIR/detectors/large.sql" \
    >"$TMPDIR/detectors/other.sql"
config suppress "[ingest]" "detectors = $TMPDIR/detectors" "alerts = 3"
ingest --date 2026-01-01
is "the best of each detector come before the second ones" \
    "large a400 overflow, large a600 shown, large a700 shown, other a600 overflow, other a700 shown" \
    "$(sql "SELECT string_agg(concat_ws(' ', detector, subject_id, state), ', ' ORDER BY detector, subject_id)
              FROM anomaly WHERE tx_date = '2026-01-01' AND detector IN ('large', 'other')")"
is "an account's risk is of all of them" "a600 0.720000, a700 0.805000" \
    "$(sql "SELECT string_agg(account_id || ' ' || risk, ', ' ORDER BY account_id) FROM account_risk
             WHERE tx_date = '2026-01-01' AND account_id IN ('a600', 'a700')")"
config suppress "[ingest]" "detectors = $TMPDIR/detectors" "alerts = 0"
ingest --date 2026-01-01
is "with 0 all are shown" 0 "$(sql "SELECT count(*) FROM anomaly WHERE tx_date = '2026-01-01' AND state = 'overflow'")"
config suppress "[ingest]" "detectors = $TMPDIR/detectors" "alerts = few"
ingest
like "what is no number is told" "^2 .*alerts.*'few' is not a number of findings" "$status $log"
is "nothing is violated" "" "$(violations)"
