#!/usr/bin/env bash
# Each detector on data of its own: it finds what is unusual, and nothing in the same data without that;
# whatever the order in which it came. All data is loaded together, into accounts that bear their
# detector's name. Each detector's file also runs by psql alone.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

# file_of NAME: the file that makes the detector
file_of() { grep -l "^-- as $1:" sql/detect/*.sql || echo "sql/detect/$1.sql"; }

# A file makes a detector of its name, or those that it says.
names=${DETECTORS:-$(sed -n 's/^-- as \([a-z_]*\):.*/\1/p' sql/detect/*.sql
    grep -L '^-- as ' sql/detect/[a-z]*.sql | xargs basename -s .sql -a)}

# expand MARK: all specs' records as CSV by time; MARK "!": also those that are unusual
expand() {
    local name
    echo "transaction_id,account_id,ts,amount,currency,merchant_id,channel,country"
    for name in $specs; do
        TZ=UTC awk -v mark="$1" -v name="$name" '
            BEGIN { OFS = "," }
            /^[#>V]/ || NF == 0 || /^!V/ { next }
            /^!/ { if (mark == "") next; sub(/^! */, "") }
            {
                split($1, d, "-")
                split($5 "@8", many, "@")
                t = mktime(d[1] " " d[2] " " d[3] " 12 00 00")
                account = name "." $4
                merchant = $7 == "" ? "" : name "." $7
                channel = $8 == "" ? "" : name "." $8
                country = $9 == "" ? "" : name "." $9
                for (i = 0; i < $2; i++) {
                    date = strftime("%Y-%m-%d", t + i * $3 * 86400)
                    for (k = 0; k < many[1]; k++) {
                        at = ++n[account, date]
                        print account "-" date "-" at, account, \
                            sprintf("%sT%02d:%02d:00Z", date, (many[2] + at / 60) % 24, at % 60), \
                            $6, "EUR", merchant, channel, country
                    }
                }
            }' "tests/data/detect/$name.spec"
    done | sort -t, -s -k3,3
}
# verdicts_of CSV NAME: those that NAME's spec gives of its transactions in CSV
verdicts_of() {
    TZ=UTC awk -v name="$2" '
        BEGIN { OFS = "," }
        FILENAME != ARGV[2] {
            if (!sub(/^!?V /, "")) next
            split($1, d, "-")
            t = mktime(d[1] " " d[2] " " d[3] " 12 00 00")
            for (i = 0; i < $2; i++) {
                key = name "." $3 SUBSEP strftime("%Y-%m-%d", t + i * 86400)
                verdict[key] = $4
                decided[key] = strftime("%Y-%m-%d", t + (i + $5) * 86400)
            }
            next
        }
        {
            split($0, f, ",")
            key = f[2] SUBSEP substr(f[3], 1, 10)
            if (key in verdict) print f[1], f[2], verdict[key], decided[key]
        }' "tests/data/detect/$2.spec" "$1"
}
# judge: loads the verdicts of all specs
judge() {
    ingest verdicts "$TMPDIR/verdicts.csv"
    [ "$status" -eq 0 ] || fail "verdicts" "$log"
}
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
# wanted NAME: what its spec says that it finds
wanted() { sed -n 's/^> *//p' "tests/data/detect/$1.spec" | sort; }
# found NAME: what it has found in its data, or of the whole source
found() {
    sql "SELECT concat_ws(' ', tx_date, subject_type || ':' || replace(subject_id, '$1.', ''),
                          nullif(replace(transaction_id, '$1.', ''), '')) COLLATE \"C\"
           FROM anomaly
          WHERE detector = '$1' AND (subject_id = '' OR starts_with(subject_id, '$1.')) ORDER BY 1"
}
# findings FILE: all there are, of all data
findings() {
    sql "SELECT detector, tx_date, subject_type, subject_id, currency, transaction_id, anomaly_id, observed,
                expected, lower, upper, score, severity, state, reason, evidence
           FROM anomaly ORDER BY 1, 2, 3, 4, 5, 6" >"$TMPDIR/$1"
}
# same SENTENCE FILE: each detector's findings are those of the first load
same() {
    local name
    findings "$2"
    for name in $specs; do
        is "$name $1" "$(grep "^$name|" "$TMPDIR/first")" "$(grep "^$name|" "$TMPDIR/$2")"
    done
}
# by_hand DATE NAME…: what detectors give in psql, after what they read has been put there
by_hand() {
    local date=$1 name step file
    shift
    {
        echo '\o /dev/null'
        cat sql/judge/shared_open.sql
        sed '$s/;$/ \\gset/' sql/judge/shared_window.sql
        for step in base_merchant base_victim feature scorecard_card; do cat "sql/judge/$step.sql"; done
        echo '\o'
        for name; do
            printf '\\echo = %s\n' "$name"
            file=$(file_of "$name")
            sed -n 's/^-- param \([a-z_0-9]*\) *= *\([^ ]*\).*/\\set \1 \2/p' "$file"
            sed -n "/^-- as $name:/,/^-- as /{s/^--     //p}" "$file" | tr ',' '\n' |
                sed -n 's/^ *\([a-z_0-9]*\) = \([^ ]*\)$/\\set \1 \2/p'
            cat "$file"
        done
    } | psql -XAtq -1 -v ON_ERROR_STOP=1 -v source=1 -v date="$date" -v run=0 -f - 2>&1
}
# date_of NAME: the first on which it finds something
date_of() { wanted "$1" | head -n 1 | cut -c1-10; }

specs=
for name in $names; do
    if [ -e "tests/data/detect/$name.spec" ]; then
        specs+=" $name"
    elif [ ! -e "tests/data/feed/$name.spec" ]; then # those are tried by feed.sh
        fail "$name has data" "tests/data/detect/$name.spec is not there (tests/data/detect/README.md)"
    fi
done
config detectors
expand "" >"$TMPDIR/normal.csv"
expand "!" >"$TMPDIR/unusual.csv"
{
    echo "transaction_id,account_id,verdict,decided_on"
    for name in $specs; do verdicts_of "$TMPDIR/unusual.csv" "$name"; done
} >"$TMPDIR/verdicts.csv"

load "$TMPDIR/unusual.csv" 1
judge
findings first
for name in $specs; do
    is "$name finds what is unusual, and nothing else" "$(wanted "$name")" "$(found "$name")"
done
for name in $(grep -l "'log-odds = " sql/detect/*.sql | xargs basename -s .sql -a); do
    is "$name's arithmetic ends in its score" t "$(sql "
        SELECT bool_and(abs(1 / (1 + exp(-substring(line FROM '= (-?[0-9.]+); score')::float8)) - score) < 0.003)
          FROM anomaly, jsonb_array_elements_text(evidence -> 'arithmetic') AS a (line)
         WHERE detector = '$name' AND line LIKE 'log-odds = %'")"
done
is "no amount within its bound is found" 0 "$(sql "SELECT count(*) FROM anomaly WHERE detector = 'payment' AND observed < upper")"
# shellcheck disable=SC2086 # the names of that date
for date in $(for name in $specs; do date_of "$name"; done | sort -u); do
    there=$(for name in $specs; do [ "$(date_of "$name")" != "$date" ] || echo "$name"; done)
    by_hand "$date" $there >"$TMPDIR/by_hand"
    for name in $there; do
        is "$name runs by psql alone, and finds as much" "$(wanted "$name" | grep -c "^$date")" \
            "$(sed -n "/^= $name\$/,/^= /p" "$TMPDIR/by_hand" | grep -c "^\(total|\|[a-z]*|$name\.\)")"
    done
    ingest --date "$date"
    is "a re-run of $date ends well" 0 "$status"
done
same "finds the same in re-runs" rerun

load "$TMPDIR/unusual.csv" 3
judge
same "finds the same when the dates come in another order" ordered

# The unusual comes late, in a file of its own: its dates are revised, nothing doubled.
load "$TMPDIR/normal.csv" 1
for name in $specs; do
    is "$name finds nothing in normal data" "" "$(found "$name")"
done
{ head -n 1 "$TMPDIR/unusual.csv"; grep -vxFf "$TMPDIR/normal.csv" "$TMPDIR/unusual.csv"; } >"$TMPDIR/in/late.csv"
ingest
judge
same "revises its dates when records come late" late
is "nothing is violated" "" "$(violations)"
