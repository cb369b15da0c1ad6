#!/usr/bin/env bash
# tune and backtest: dates judged once more, honestly and without a trace.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

mkdir -p "$TMPDIR/detectors"
config replay "[ingest]" "detectors = $TMPDIR/detectors" "[detector amount]" "enabled = no" \
    "[detector volume]" "enabled = no" "[detector velocity]" "enabled = no"
cat >"$TMPDIR/detectors/large.sql" <<'END'
-- param least = 500  the smallest amount
-- param share = 0.5  the score
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       NULL AS expected, NULL AS lower, NULL AS upper, :'share'::numeric AS score, 'it is large' AS reason
  FROM transactions
 WHERE source_id = :'source'::integer AND tx_date = :'date'::date AND amount >= :'least'::numeric;
END
cp tests/data/burnt.sql "$TMPDIR/detectors/"
fresh
for d in 1 2 3 4; do
    {
        echo transaction_id,account_id,ts,amount
        for a in 100 400 600 800; do echo "$d-$a,\"a,$a\",2026-01-0${d}T10:00:00Z,$a"; done
    } >"$TMPDIR/in/2026-01-0$d.csv"
done
ingest
# 1-600 is fraud as of the 2nd, and legitimate as of the 4th: known on the 3rd and the 4th alone.
printf 'transaction_id,verdict,decided_on\n1-600,fraud,2026-01-02\n1-600,legitimate,2026-01-04\n2-400,fraud,2026-01-05\n2-800,fraud,2026-01-05\n3-800,legitimate,2026-01-06\n' >"$TMPDIR/v.csv"
ingest verdicts "$TMPDIR/v.csv"
is "a verdict is judged with after its decision and before the next one's" "2026-01-03|2026-01-04" \
    "$(sql "SELECT string_agg(tx_date::text, '|' ORDER BY tx_date) FROM anomaly WHERE detector = 'burnt'")"
trace() { dump; sql "SELECT run_id, status FROM ingestion_run"; sql "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p')"; }
before=$(trace)

ingest backtest --from 2026-01-02 --to 2026-01-03
is "backtest gives every transaction's score" "transaction_id,score,account_id,date,detectors
2-100,0,\"a,100\",2026-01-02,
2-400,0,\"a,400\",2026-01-02,
2-600,0.5,\"a,600\",2026-01-02,large
2-800,0.5,\"a,800\",2026-01-02,large
3-100,0,\"a,100\",2026-01-03,
3-400,0,\"a,400\",2026-01-03,
3-600,0.9,\"a,600\",2026-01-03,burnt large
3-800,0.5,\"a,800\",2026-01-03,large" "$out"
ingest backtest --from 2026-01-01 --to 2026-01-31 --output "$TMPDIR/scores.csv"
is "to a file, whole" "0 17 " "$status $(wc -l <"$TMPDIR/scores.csv") $(find "$TMPDIR" -name '*.part')"
ingest backtest --from 2026-02-01 --to 2026-02-02
like "dates that are not there" "^2 .*no loaded date from 2026-02-01" "$status $log"
ingest backtest
is "or none" 2 "$status"

ingest tune large --set least=300,500,700 --from 2026-01-01 --to 2026-01-04
is "tune gives what each value would have found, beside the verdicts" \
    "least findings a_day decided fraud precision frauds recall|300 12 3.00 4 2 0.500 2 1.000|500 8 2.00 3 1 0.333 2 0.500|700 4 1.00 2 1 0.500 2 0.500" \
    "$(sed 's/^ *//; s/  */ /g' <<<"$out" | paste -sd'|')"
ingest tune large --set least=300,900 --set share=0.2,0.3 --from 2026-01-01 --to 2026-01-02 --json
is "every combination of several, as JSON" "300 0.2 6|300 0.3 6|900 0.2 0|900 0.3 0" \
    "$(jq -r '"\(.params.least) \(.params.share) \(.findings)"' <<<"$out" | paste -sd'|')"
is "without findings there is no precision" "null null 0" "$(tail -n 1 <<<"$out" | jq -r '"\(.precision) \(.a_day | if . == 0 then "null" else . end) \(.recall)"')"
ingest tune large --from 2026-01-01 --to 2026-01-04
is "without --set: as it is" "8" "$(awk 'NR == 2 { print $1 }' <<<"$out")"
ingest tune large --set most=1 --from 2026-01-01 --to 2026-01-04
like "a parameter that is none" "^2 .*large has no parameter 'most'" "$status $log"
ingest tune small --set least=1 --from 2026-01-01 --to 2026-01-04
like "a detector that is none" "^2 .*no detector 'small'" "$status $log"
ingest tune large --set least=300,x --from 2026-01-01 --to 2026-01-04
like "a value that is no number" "^2 .*--set least: 'x' is not a number" "$status $log"
ingest tune large --set least=300 --set least=500 --from 2026-01-01 --to 2026-01-04
like "a parameter that stands there twice" "^2 .*--set least: it stands there twice" "$status $log"
ingest tune large --set share=1.5 --from 2026-01-01 --to 2026-01-04
like "a value that the detector cannot take" "^1 .*large.sql.*score is from 0 to 1" "$status $log"
for wrong in "season=none,weekly|'weekly' is none of none [|] week" "history=30.5|'30.5' is not a whole number" \
    "history=-30|'-30' is not a number of days from 0 to 36600" "threshold=5,|'' is not a number" \
    "floor=1e|'1e' is not a number" "ratio=NaN|'NaN' is not a number"; do
    ingest tune merchant --set "${wrong%%|*}" --from 2026-01-01 --to 2026-01-04
    like "${wrong%%|*} is refused" "^2 .*--set [a-z]*: ${wrong#*|}" "$status $log"
done
ingest tune merchant --set "season=week,none" --set floor=-.5,1e3,+2.50 --from 2026-01-01 --to 2026-01-02
is "what may be given is taken" "0 6" "$status $(sed 1d <<<"$out" | wc -l)"
is "neither of them leaves a trace" "$before" "$(trace)"

# Verdicts and files in any order leave the same.
content() {
    sql "SELECT tx_date, detector, subject_id, transaction_id, anomaly_id, score, state FROM anomaly ORDER BY 1, 2, 3, 4"
    sql "SELECT transaction_id, account_id, tx_date, verdict, decided_on, replaced_on FROM verdict ORDER BY 1, 5"
}
wanted=$(content)
mkdir "$TMPDIR/kept"
mv "$TMPDIR"/in/* "$TMPDIR/kept"
{ head -n 1 "$TMPDIR/v.csv"; sed 1d "$TMPDIR/v.csv" | sed -n '2p;4p'; } >"$TMPDIR/v1.csv"
for order in "v 4 2 1 3" "3 v 1 4 2" "2 1 v1 3 v 4" "1 v1 v 2 3 4" "v1 4 v 3 2 1"; do
    fresh
    for one in $order; do
        case $one in
        v*) ingest verdicts "$TMPDIR/$one.csv" ;;
        *) cp "$TMPDIR/kept/2026-01-0$one.csv" "$TMPDIR/in/" && ingest ;;
        esac
        [ "$status" -eq 0 ] || fail "order $order, $one" "$log"
    done
    is "in the order $order" "$wanted" "$(content)"
done

# More dates than one transaction judges: each would hold the locks on its leaves until the end.
config many "leaf = day" "[ingest]" "detectors = $TMPDIR/detectors"
scripts/no-detectors >>"$TXMON_CONFIG"
rm "$TMPDIR"/detectors/*
cat >"$TMPDIR/detectors/locks.sql" <<'END'
-- param least = 0  locks that are held
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       NULL AS expected, NULL AS lower, NULL AS upper, 0.5 AS score, 'locks' AS reason
  FROM transactions
 WHERE source_id = :'source'::integer AND tx_date = :'date'::date
   AND (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()) >= :'least'::bigint;
END
fresh
sql "SELECT 'transaction_id,account_id,ts,amount';
     SELECT format('%s,a%s,%sT10:00:00Z,1', d, a, d) FROM generate_series(1, 2) AS a,
            (SELECT date '2025-01-01' + i AS d FROM generate_series(0, 224) AS i) AS x" >"$TMPDIR/in/many.csv"
sql "SELECT 'transaction_id,account_id,verdict,decided_on'; SELECT format('%s,a1,fraud,2026-01-01', d)
       FROM (SELECT date '2025-01-01' + i AS d FROM generate_series(0, 224, 2) AS i) AS x" >"$TMPDIR/many.csv"
ingest
ingest verdicts "$TMPDIR/many.csv"
ingest tune locks --set least=0,480 --from 2025-01-01 --to 2025-12-31
is "many dates are counted together, and their locks are not held together" \
    "0 least findings a_day decided fraud precision frauds recall|0 450 2.00 113 113 1.000 113 1.000|480 0 0.00 0 0 - 113 0.000" \
    "$status $(sed 's/^ *//; s/  */ /g' <<<"$out" | paste -sd'|')"
