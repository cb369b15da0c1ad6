#!/usr/bin/env bash
# Detectors made of series.sql by the configuration: every kind of subject, metric, season and direction,
# what is and is not part of a baseline, and what is wrong in a section.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

only=("[detector drop]" "file = series" "subject = merchant" "direction = drop" "floor = 3" "threshold = 3"
    "[detector mean]" "file = series" "subject = channel" "metric = mean" "min_history = 5" "ratio = 2"
    "[detector sunday]" "file = series" "subject = account" "season = week" "history = 28" "min_history = 3"
    "threshold = 3" "[detector land]" "file = series" "subject = country" "metric = amount" "ratio = 3" "min_history = 5"
    "[detector takings]" "file = series" "subject = merchant" "metric = amount" "direction = spike" "ratio = 3" "tail = 2"
    "min_history = 5")
mkdir "$TMPDIR/detectors" # none of one's own
config series "[ingest]" "detectors = $TMPDIR/detectors" "${only[@]}"
fresh

# pay DAY ACCOUNT N AMOUNT MERCHANT CHANNEL COUNTRY: N payments on the DAYth of March 2026, a Sunday being the 1st
pay() {
    local k date
    date=$(printf '2026-03-%02d' "$1")
    for ((k = 1; k <= $3; k++)); do
        echo "$2-$5-$1-$k,$2,${date}T10:00:00Z,$4,EUR,$5,$6,$7"
    done
}
# march: 29 days; the 12th was not loaded, on the 20th merchant m has nothing
march() {
    local d
    echo transaction_id,account_id,ts,amount,currency,merchant_id,channel,country
    for ((d = 1; d <= 29; d++)); do
        [ "$d" -ne 12 ] || continue
        pay "$d" a "$((d % 2 + 1))" 10.00 x web AA
        [ "$d" -eq 20 ] || pay "$d" b "$((d % 2 + 9))" 10.00 m shop AA
        [ "$((d % 7))" -ne 1 ] || pay "$d" s 20 5.00 y web AA # on Sundays
        [ "$((d % 5))" -ne 0 ] || pay "$d" f 1 20.00 r web BB # on each fifth day
    done
    pay 24 s 20 5.00 y web AA # on a Tuesday, what s has on Sundays
    pay 26 g 6 95.00 z phone AA
    pay 27 f 1 400.00 r web BB
    pay 28 h 40 30.00 m shop AA
}
found() {
    sql "SELECT string_agg(concat_ws(' ', detector, tx_date, subject_id), '|' ORDER BY detector, tx_date, subject_id)
           FROM anomaly WHERE detector = '$1'"
}
evidence() {
    sql "SELECT $3 FROM anomaly WHERE detector = '$1' AND tx_date = '2026-03-$2' ORDER BY subject_id LIMIT 1"
}

march >"$TMPDIR/in/march.csv"
ingest
is "a month is loaded" 0 "$status"
is "a day without a row is zero, and so a drop; one that was not loaded is none" "drop 2026-03-20 m" "$(found drop)"
is "on it nothing was observed" "0 10" "$(evidence drop 20 "concat_ws(' ', observed, trim_scale(expected))")"
is "the evidence has the days before with their values, not the day itself" "18 2026-03-01 10 2026-03-19 10" \
    "$(evidence drop 20 "concat_ws(' ', jsonb_array_length(evidence -> 'training'),
       evidence #>> '{training,0,date}', evidence #>> '{training,0,value}',
       evidence #>> '{training,17,date}', evidence #>> '{training,17,value}')")"
is "and those that were not loaded" "2026-03-12 not loaded" \
    "$(evidence drop 20 "(SELECT string_agg(e ->> 'date' || ' ' || (e ->> 'why'), ',')
                             FROM jsonb_array_elements(evidence -> 'excluded') AS e WHERE e ->> 'date' >= '2026-03-01')")"
is "a mean amount that is not usual" "mean 2026-03-27 web|mean 2026-03-28 shop" "$(found mean)"
is "has no value on a day without a row" "2026-03-12 not loaded,2026-03-20 no transaction" \
    "$(evidence mean 28 "(SELECT string_agg(e ->> 'date' || ' ' || (e ->> 'why'), ',')
                             FROM jsonb_array_elements(evidence -> 'excluded') AS e WHERE e ->> 'date' >= '2026-03-01')")"
is "a Sunday is compared with Sundays, another day with its own kind" "" "$(found sunday | tr '|' '\n' | grep ' s$')"
is "a subject that rests on most days is compared with those on which it did not" \
    "land 2026-03-26 AA|land 2026-03-27 BB|land 2026-03-28 AA" "$(found land)"
is "which its evidence says" "5 20.00 no transaction" \
    "$(evidence land 27 "concat_ws(' ', jsonb_array_length(evidence -> 'training'), expected::numeric(9, 2), evidence #>> '{excluded,-1,why}')")"
is "a merchant's day that is far above the others" "takings 2026-03-27 r|takings 2026-03-28 m" "$(found takings)"
ingest explain "$(sql "SELECT anomaly_id FROM anomaly WHERE detector = 'takings' AND subject_id = 'm'")"
like "explain shows the days" "^  2026-03-27 100.00" "$out"
like "those left out" "^  2026-03-12 not loaded" "$out"
like "and the arithmetic" "^  median of 26 days before = 100.00" "$out"

# What was confirmed as fraud before a date is no part of what it is compared with.
pay 29 h 30 30.00 m shop AA >"$TMPDIR/tail"
{ echo transaction_id,account_id,ts,amount,currency,merchant_id,channel,country && sed 's/-29-/-29-l/' "$TMPDIR/tail"; } >"$TMPDIR/in/late.csv"
ingest
is "late rows change a date" "takings 2026-03-27 r|takings 2026-03-28 m|takings 2026-03-29 m" "$(found takings)"
before=$(evidence takings 29 "evidence #>> '{training,-1,value}'")
{
    echo transaction_id,verdict,decided_on
    for k in $(seq 40); do echo "h-m-28-$k,fraud,2026-03-28"; done
} >"$TMPDIR/verdicts.csv"
ingest verdicts "$TMPDIR/verdicts.csv"
is "verdicts are loaded" 0 "$status"
is "of a merchant's day confirmed fraud is taken out" "1290.00 90.00" "$before $(evidence takings 29 "evidence #>> '{training,-1,value}'")"
like "which the arithmetic says" "2026-03-28: fraud is left out, 40 transactions, 1200.00" "$(evidence takings 29 "evidence ->> 'arithmetic'")"
is "the day of the fraud itself was judged without" "takings 2026-03-28 m" "$(found takings | tr '|' '\n' | grep 03-28)"
state() { sql "SELECT detector, tx_date, subject_id, currency, transaction_id, observed, expected, lower, upper, score, reason, evidence FROM anomaly ORDER BY 1, 2, 3, 4, 5"; }
before=$(state)
ingest --from 2026-03-01 --to 2026-03-29
is "a replay finds the same" "$before" "$(state)"

# What is wrong in a section.
wrong() {
    local sentence=$1 pattern=$2
    shift 2
    config wrong "[ingest]" "detectors = $TMPDIR/detectors" "$@"
    ingest
    is "$sentence is status 2" 2 "$status"
    like "and is told" "$pattern" "$log"
}
wrong "a value that there is none of" "wrong.conf:8: .*'weekly' is none of none \| week" "[detector a]" "file = series" "season = weekly"
wrong "a number that is none" "wrong.conf:8: .*threshold: .five. is not a number" "[detector a]" "file = series" "threshold = five"
wrong "a file that there is not" "no detector's file" "[detector a]" "file = serious"
wrong "a detector that there is not" "wrong.conf:7: .*there is no detector of that name" "[detector volumes]" "floor = 3"
wrong "a name that there is already" "there is a detector of the name volume already" "[detector volume]" "file = series"
wrong "a parameter that the file does not have" "no parameter of that name" "[detector a]" "file = series" "sesaon = week"
