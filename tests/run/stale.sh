#!/usr/bin/env bash
# What a date's scorecard was learned from may change long before the date: it is learned anew then.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

config stale
scripts/no-detectors | sed '/^\[detector card\]/,+1d' >>"$TXMON_CONFIG"

# file NAME DATE…: eight accounts with a payment a date; two more pay where all is fraud
file() {
    local name=$1 date a
    shift
    {
        echo transaction_id,account_id,ts,amount,currency,merchant_id
        for date; do
            for a in 1 2 3 4 5 6 7 8; do echo "$date-$a,a$a,${date}T1$a:00:00Z,$((10 + a)),EUR,m$a"; done
            for a in 1 2; do echo "$date-f$a,f$a,${date}T0$a:00:00Z,$((60 + a)),EUR,bad"; done
        done
    } >"$TMPDIR/in/$name.csv"
}
# The first of January, three weeks 70 days later, of which each fraud is known on the fourth day, and the one
# date, 101 days after the first, that learns from these weeks; nothing else was loaded.
mapfile -t weeks < <(sql "SELECT date '2026-03-12' + i FROM generate_series(0, 20) AS i")
sql "SELECT 'transaction_id,verdict,decided_on';
     SELECT format('%s-f%s,fraud,%s', d, f, d + 3) FROM generate_series(1, 2) AS f,
            (SELECT date '2026-03-12' + i AS d FROM generate_series(0, 20) AS i) AS w" >"$TMPDIR/known.csv"
base() {
    fresh
    file first 2026-01-01
    file weeks "${weeks[@]}"
    file last 2026-04-12
}
large() {
    {
        echo transaction_id,account_id,ts,amount,currency,merchant_id
        for a in 1 2 3 4 5 6 7 8; do echo "large-$a,a$a,2026-01-01T20:00:00Z,90000,EUR,m$a"; done
    } >"$TMPDIR/in/large.csv"
}
content() {
    sql "SELECT * FROM scorecard ORDER BY 1, 2, 3, 4"
    sql "SELECT * FROM scorecard_bin ORDER BY 1, 2, 3, 4"
    sql "SELECT tx_date, anomaly_id, score, evidence FROM anomaly ORDER BY 1, 2"
}
last() { sql "SELECT part, bin, n, frauds, points FROM scorecard WHERE tx_date = '2026-04-12' ORDER BY 1, 2"; }

base
large
ingest
ingest verdicts "$TMPDIR/known.csv"
is "a date learns from three weeks" "0 42 210" "$status $(sql "SELECT sum(frauds), sum(n) FROM scorecard WHERE tx_date = '2026-04-12' AND part = 'amount'" | tr '|' ' ')"
with=$(content) with_last=$(last)

# Each line of a finding ends with its points, the first with the log-odds of all, the last with their sum.
points() {
    sql "SELECT DISTINCT $1 FROM anomaly, LATERAL (SELECT jsonb_path_query_array(evidence, '\$.arithmetic[*]') AS a) AS e
          WHERE tx_date = '2026-04-12'"
}
is "its findings show what all are like" "of all 42 of 210 were fraud: log-odds -1.3863" "$(points "a ->> 0")"
is "and their points, which make the sum" t \
    "$(points "(SELECT abs(sum(n) - 2 * sum(n) FILTER (WHERE nth = jsonb_array_length(a))) < 0.002
                  FROM jsonb_array_elements_text(a) WITH ORDINALITY AS l (line, nth),
                       LATERAL (SELECT substring(line from '(-?[0-9.]+)(?: points)?\$')::numeric AS n) AS x)")"

base
ingest
ingest verdicts "$TMPDIR/known.csv"
without_last=$(last)
is "which records of 101 days before change" "no" "$([ "$with_last" = "$without_last" ] && echo yes || echo no)"
large
ingest
is "also when they come late" "" "$(diff <(echo "$with") <(content) | head -n 5)"

# The same by a verdict: what is fraud is no part of what accounts are like.
{
    echo transaction_id,verdict,decided_on
    for a in 1 2 3 4 5 6 7 8; do echo "large-$a,fraud,2026-01-05"; done
} >"$TMPDIR/large.csv"
ingest verdicts "$TMPDIR/large.csv"
late=$(content)
base
large
ingest
ingest verdicts "$TMPDIR/large.csv" "$TMPDIR/known.csv"
is "so does a verdict that comes late" "" "$(diff <(content) <(echo "$late") | head -n 5)"
is "which has its say there" "no" "$([ "$with_last" = "$(last)" ] && echo yes || echo no)"

# The weekday on which an account is looked at anew is the same on every server.
is "and does not depend on the server's version" "a1 0, a2 5, a3 1, a4 4, a5 5, a6 1, a7 5, a8 2, f1 6, f2 4" \
    "$(sql "SELECT string_agg(DISTINCT account_id || ' ' || extract(dow FROM as_of), ', ') FROM account_base")"
