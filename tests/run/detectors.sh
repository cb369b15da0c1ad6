#!/usr/bin/env bash
# Each detector on data of its own: it finds what is unusual, and nothing in the same data without that;
# whatever the order in which it came. Each file also runs by psql alone.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

# shellcheck disable=SC2016 # psql's words
names=${DETECTORS:-$(basename -s .sql -a sql/detect/[a-z]*.sql)}

# expand MARK SPEC: its records as CSV; MARK "!": also those that are unusual
expand() {
    TZ=UTC awk -v mark="$1" '
        BEGIN { OFS = ","; print "transaction_id,account_id,ts,amount,currency,merchant_id,channel,country" }
        /^[#>]/ || NF == 0 { next }
        /^!/ { if (mark == "") next; sub(/^! */, "") }
        /^V/ { next }
        {
            split($1, d, "-")
            t = mktime(d[1] " " d[2] " " d[3] " 12 00 00")
            for (i = 0; i < $2; i++) {
                date = strftime("%Y-%m-%d", t + i * $3 * 86400)
                for (k = 0; k < $5; k++)
                    print $4 "-" date "-" ++n[$4, date], $4, \
                        sprintf("%sT%02d:%02d:00Z", date, 8 + n[$4, date] / 60 % 12, n[$4, date] % 60), $6, "EUR", $7, $8, $9
            }
        }' "$2"
}
# verdicts SPEC: those that it names, as CSV, and loads them
verdicts() {
    grep -q '^!*V' "$1" || return
    TZ=UTC awk '
        BEGIN { OFS = ","; print "transaction_id,account_id,verdict,decided_on" }
        /^V/ || /^!V/ {
            split($2, d, "-")
            t = mktime(d[1] " " d[2] " " d[3] " 12 00 00")
            for (i = 0; i < $3; i++)
                for (k = 1; k <= 4; k++)
                    print $4 "-" strftime("%Y-%m-%d", t + i * 86400) "-" k, $4, $5, strftime("%Y-%m-%d", t + (i + $6) * 86400)
        }' "$1" >"$TMPDIR/verdicts.csv"
    ingest verdicts "$TMPDIR/verdicts.csv"
    [ "$status" -eq 0 ] || fail "verdicts of $1" "$log"
}
# by_hand NAME DATE: how many rows a detector gives in psql, after what it reads has been put there
by_hand() {
    local args step
    mapfile -t args < <(sed -n 's/^-- param \([a-z_0-9]*\) *= *\([^ ]*\).*/-v\n\1=\2/p' "sql/detect/$1.sql")
    {
        echo '\o /dev/null'
        if grep -q pg_temp "sql/detect/$1.sql"; then
            cat sql/ingest/shared_open.sql
            sed '$s/;$/ \\gset/' sql/ingest/shared_window.sql
            # shellcheck disable=SC2013
            for step in $(grep -o 'sql_ingest_[a-z_]*' src/ingest/shared.c | grep -v 'shared_\(open\|window\|close\)'); do
                cat "sql/ingest/${step#sql_ingest_}.sql"
            done
        fi
        echo '\o'
        cat "sql/detect/$1.sql"
    } | psql -XAtq -1 -v ON_ERROR_STOP=1 -v source=1 -v date="$2" -v run=0 "${args[@]}" -f - 2>&1 | wc -l
}
# only NAME: a configuration with no detector but that one
only() {
    local lines=() other
    for other in $(basename -s .sql -a sql/detect/[a-z]*.sql); do
        [ "$other" = "$1" ] || lines+=("[detector $other]" "enabled = no")
    done
    config detectors "${lines[@]}"
}
found() {
    sql "SELECT concat_ws(' ', tx_date, subject_type || ':' || subject_id, nullif(transaction_id, ''))
           FROM anomaly ORDER BY 1"
}
findings() { sql "SELECT tx_date, detector, subject_type, subject_id, currency, transaction_id, anomaly_id, observed,
                         expected, lower, upper, score, severity, state, reason, evidence FROM anomaly ORDER BY 1, 2, 3, 4, 5, 6"; }
# load CSV PARTS: into an empty schema, in so many files by date, the last one first
load() {
    local part
    fresh
    for ((part = $2; part-- > 0;)); do
        awk -F, -v parts="$2" -v part="$part" 'NR == 1 { print; next }
            { day = substr($3, 1, 10); if (!(day in at)) at[day] = n++ % parts; if (at[day] == part) print }' \
            "$1" >"$TMPDIR/in/part$part.csv"
        ingest
        [ "$status" -eq 0 ] || fail "loading $1" "$log"
    done
}

for name in $names; do
    spec=tests/data/detect/$name.spec
    if [ ! -e "$spec" ]; then
        fail "$name has data" "$spec is not there (tests/data/detect/README.md)"
        continue
    fi
    only "$name"
    expand "" "$spec" | sort -t, -s -k3,3 >"$TMPDIR/normal.csv"
    expand "!" "$spec" | sort -t, -s -k3,3 >"$TMPDIR/unusual.csv"
    for file in normal unusual; do # sort has put the header last
        { tail -n 1 "$TMPDIR/$file.csv"; head -n -1 "$TMPDIR/$file.csv"; } >"$TMPDIR/sorted.csv"
        mv "$TMPDIR/sorted.csv" "$TMPDIR/$file.csv"
    done
    load "$TMPDIR/normal.csv" 1
    is "$name finds nothing in normal data" "" "$(found)"
    load "$TMPDIR/unusual.csv" 1
    verdicts "$spec"
    is "$name finds what is unusual, and nothing else" \
        "$(sed -n 's/^> *//p' "$spec" | sort)" "$(found)"
    wanted=$(findings)
    load "$TMPDIR/unusual.csv" 3
    verdicts "$spec"
    is "$name finds the same when the dates come in another order" "$wanted" "$(findings)"
    date=$(sed -n 's/^> *//p' "$spec" | head -n 1 | cut -c1-10)
    ingest --date "$date"
    is "$name finds the same in a re-run" "0 $wanted" "$status $(findings)"
    # The unusual comes late, in a file of its own: the date is revised, nothing doubled.
    fresh
    cp "$TMPDIR/normal.csv" "$TMPDIR/in/normal.csv"
    ingest
    { head -n 1 "$TMPDIR/unusual.csv"; grep -vxFf "$TMPDIR/normal.csv" "$TMPDIR/unusual.csv"; } >"$TMPDIR/in/late.csv"
    ingest
    verdicts "$spec"
    is "$name revises a date when records come late" "$wanted" "$(findings)"
    is "$name: nothing is violated" "" "$(violations)"

    is "$name runs by psql alone, and finds as much" "$(grep -c "^> *$date" "$spec")" "$(by_hand "$name" "$date")"
done
