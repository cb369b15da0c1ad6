#!/usr/bin/env bash
# Detectors that judge the feed, on data of their own: what is unusual is found, and nothing else, in any
# order; without it nothing; and what was missing is found no more when it comes after all.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

names=$(basename -s .spec -a tests/data/feed/*.spec)

# dates MARK: DATE RECORDS REJECTED HOURS a line, of all specs; also what is unusual with MARK "!"
dates() {
    cat tests/data/feed/calendar tests/data/feed/*.spec | TZ=UTC awk -v mark="$1" '
        /^[#>]/ || NF == 0 { next }
        /^!/ { if (mark == "") next; sub(/^! */, "") }
        {
            split($1, d, "-")
            t = mktime(d[1] " " d[2] " " d[3] " 12 00 00")
            for (i = 0; i < $2; i++)
                day[strftime("%Y-%m-%d", t + i * $3 * 86400)] = $4 " " $5 " " ($6 == "" ? "-" : $6)
        }
        END { for (date in day) if (day[date] !~ /^0/) print date, day[date] }' | sort
}
# file DATE RECORDS REJECTED: the date's file, rejected records behind its first one
file() {
    echo transaction_id,account_id,ts,amount
    for ((i = 1; i <= $2; i++)); do
        echo "$1-$i,a$((i % 5)),$1T10:00:00Z,12.50"
        [ "$i" -ne 1 ] || for ((k = 1; k <= $3; k++)); do echo "$1-x$k,a,$1T10:00:00Z,much"; done
    done
}
# load MARK ORDER: into an empty schema; ORDER "-r": the newest first
load() {
    local date records rejected hours
    fresh
    dates "$1" >"$TMPDIR/dates"
    while read -r date records rejected hours; do
        [ "$hours" != - ] || file "$date" "$records" "$rejected" >"$TMPDIR/in/$date.csv"
    done <"$TMPDIR/dates"
    [ "$2" = -r ] || bulk
    while read -r date records rejected hours; do
        [ "$hours" != - ] || continue
        file "$date" "$records" "$rejected" >"$TMPDIR/in/$date.csv"
        ingest run "$TMPDIR/in/$date.csv"
        # When it ran is part of the data.
        sql "UPDATE ingestion_run SET started_at = (date '$date' + 1)::timestamp AT TIME ZONE 'Europe/Berlin' + interval '1 hour' * $hours
              WHERE run_id = (SELECT max(run_id) FROM ingestion_run)"
    done < <(sort ${2:+"$2"} "$TMPDIR/dates")
    [ "$2" != -r ] || bulk
    ingest --from 2026-01-26 --to 2026-02-28
    is "all dates are judged" 0 "$status"
}
bulk() {
    ingest
    [ "$status" -eq 3 ] || fail "the other dates are loaded" "$log"
}
wanted() { sed -n 's/^> *//p' "tests/data/feed/$1.spec"; }
found() { sql "SELECT tx_date FROM anomaly WHERE detector = '$1' AND subject_type = 'total' ORDER BY 1"; }
findings() {
    sql "SELECT detector, tx_date, observed, expected, upper, score, reason, evidence FROM anomaly
          WHERE detector IN ('${names//$'\n'/"','"}') ORDER BY 1, 2"
}

config feed "time_zone = Europe/Berlin" "reject_limit = 50%"
load "!" ""
for name in $names; do
    is "$name finds what is unusual, and nothing else" "$(wanted "$name")" "$(found "$name")"
    date=$(wanted "$name")
    is "$name runs by psql alone, and finds as much" 1 "$({
        sed -n 's/^-- param \([a-z_]*\) *= *\([^ ]*\).*/\\set \1 \2/p' "sql/detect/$name.sql"
        cat "sql/detect/$name.sql"
    } | psql -XAtq -v ON_ERROR_STOP=1 -v source=1 -v date="$date" -v run=0 -f - | grep -c '^total|')"
done
is "late says when it came, and what is usual" \
    "came 11.50 hours after the date's end, where the median of that weekday in 5 weeks is 4.25 and at most 9.25 is usual" \
    "$(sql "SELECT reason FROM anomaly WHERE detector = 'late'")"
is "rejects says how many" "12 of 32 records rejected, 37.50 %" "$(sql "SELECT left(reason, 34) FROM anomaly WHERE detector = 'rejects'")"
is "missing says which, and its weekday" "a date before this date not loaded: 2026-01-28 (Wednesday)" \
    "$(sql "SELECT reason FROM anomaly WHERE detector = 'missing'")"
is "each keeps its arithmetic and its training days" "t" \
    "$(sql "SELECT bool_and(jsonb_array_length(evidence -> 'arithmetic') > 0 AND jsonb_array_length(evidence -> 'training') > 0)
              FROM anomaly WHERE detector IN ('late', 'rejects', 'missing')")"

findings >"$TMPDIR/first"
load "!" -r
findings >"$TMPDIR/other"
is "the findings are the same whatever came first" "$(cat "$TMPDIR/first")" "$(cat "$TMPDIR/other")"

file 2026-01-28 20 0 >"$TMPDIR/in/2026-01-28.csv"
ingest
is "what was missing and comes after all is found no more" "" "$(found missing)"

config feed "time_zone = Europe/Berlin" "reject_limit = 50%" "expected_by = 08:00"
ingest --date 2026-02-09
sql "UPDATE source SET expected_by = '08:00'" # as a run that loads does
ingest --date 2026-02-09
is "with expected_by that decides" "came 11.50 hours after the date's end, and was expected by 8.00" \
    "$(sql "SELECT reason FROM anomaly WHERE detector = 'late'")"

config feed "time_zone = Europe/Berlin" "reject_limit = 50%"
load "" ""
for name in $names; do is "$name finds nothing in normal data" "" "$(found "$name")"; done

# A growing file: the date that its rejected records are of does not depend on what came behind it.
{ file 2026-02-21 20 0 && file 2026-02-22 20 11 | tail -n +2; } >"$TMPDIR/in/grows.csv"
ingest
is "rejected records are of the date that they stand among" "2026-02-22" "$(found rejects)"
file 2026-02-23 20 0 | tail -n +2 >>"$TMPDIR/in/grows.csv"
ingest
ingest --from 2026-02-21 --to 2026-02-23
is "also when the file has grown" "2026-02-22" "$(found rejects)"
is "nothing is violated" "" "$(violations)"
