#!/usr/bin/env bash
# Dates with more transactions than are looked at one by one: what matters among them is found, whatever
# the order of files.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

config large "[detector twin]" "min_days = 7"
mkdir -p "$TMPDIR/made"
# 2,000 accounts with levels of their own: 10 dates with a transaction of each in two files, then two dates of 24,000
# transactions in two more, of 8,000 accounts, a third at 2.5 times the level, and a small date. Planted on 2026-01-11:
# big, 40 times its level; low-N, usual amounts at SHOP-BAD, whose only transactions before were fraud; under-N, just
# below a thousand; often-N, forty transactions of one account. again is once of the date before once more.
LC_ALL=C awk -v dir="$TMPDIR/made" '
    function level(a) { return 20 + a % 60 }
    function put(file, id, a, day, s, amount, shop) {
        if (!(file in seen)) print "transaction_id,account_id,ts,merchant_id,amount" >(dir "/" file)
        seen[file] = 1
        printf "%s,A%04d,2026-01-%02dT%02d:%02d:%02dZ,%s,%.2f\n", id, a, day, s / 3600, s / 60 % 60, s % 60, shop,
            amount >(dir "/" file)
    }
    function usual(file, day, rows, accounts, high,    i, a) {
        for (i = 0; i < rows; i++) {
            a = (i * 7 + day * 311) % accounts
            put(file, day "-" i, a, day, i * 86399 / rows, level(a) * (high && i % 3 == 0 ? 2.5 : 0.8 + i * 13 % 40 / 100),
                "SHOP-" i * 31 % 500)
        }
    }
    BEGIN {
        for (day = 1; day <= 10; day++) usual(day <= 5 ? "a.csv" : "b.csv", day, 2000, 2000, 0)
        for (i = 1; i <= 12; i++) put("a.csv", "bad-" i, i, 3, 40000 + i, level(i), "SHOP-BAD")
        usual("c.csv", 11, 24000, 8000, 1)
        usual("d.csv", 12, 24000, 8000, 1)
        usual("e.csv", 13, 100, 2000, 0)
        put("c.csv", "big", 777, 11, 50000, level(777) * 40, "SHOP-1")
        for (i = 1; i <= 3; i++) put("c.csv", "low-" i, 500 + i, 11, 50000, level(500 + i), "SHOP-BAD")
        for (i = 1; i <= 4; i++) put("c.csv", "under-" i, 888, 11, 30000 + 9000 * i, 990 + i, "SHOP-2")
        for (i = 1; i <= 40; i++) put("c.csv", "often-" i, 999, 11, 60000 + 10 * i, level(999) * 3, "SHOP-3")
        put("d.csv", "once", 1234, 12, 50000, 4321.09, "SHOP-4")
        put("e.csv", "again", 1234, 13, 50000, 4321.09, "SHOP-4")
    }'
{
    echo transaction_id,verdict,decided_on
    for i in $(seq 12); do echo "bad-$i,fraud,2026-01-08"; done
} >"$TMPDIR/verdicts.csv"

# load FILES…: one run a file, in that order
load() {
    empty
    rm -f "$TMPDIR"/in/*
    ingest verdicts "$TMPDIR/verdicts.csv" # wait for their transactions
    for file; do
        cp "$TMPDIR/made/$file" "$TMPDIR/in/"
        ingest
    done
}
findings() {
    sql "SELECT tx_date, detector, subject_type, subject_id, transaction_id, observed, expected, lower, upper, score,
                state, reason, evidence
           FROM anomaly ORDER BY 1, 2, 3, 4, 5"
}
# found DETECTOR SUBJECT DATE: the transactions that it found there, and how many of all are shown
found() {
    sql "SELECT concat_ws(' ', string_agg(transaction_id, ' ' ORDER BY transaction_id), count(*) FILTER (WHERE state = 'shown'))
           FROM anomaly WHERE detector = '$1' AND subject_id = '$2' AND tx_date = '$3'"
}

fresh
load a.csv b.csv c.csv d.csv e.csv
wanted=$(findings)
is "the dates are larger than what is looked at" "2026-01-11:24048 2026-01-12:24001" "$(
    sql "SELECT string_agg(tx_date || ':' || n, ' ' ORDER BY tx_date) FROM subject_day
          WHERE subject_type = 'total' AND n > 20000")"
is "and more of them is above twice its level than is" t "$(sql "
    SELECT count(*) > 5000 FROM transactions
     WHERE tx_date = '2026-01-11' AND amount > 2.2 * (20 + substr(account_id, 2)::integer % 60)")"
is "a payment far above its account's level is found, and shown before others of the same score" "high shown" \
    "$(sql "SELECT concat_ws(' ', severity, state) FROM anomaly WHERE detector = 'payment' AND transaction_id = 'big'")"
is "usual amounts at a merchant with known frauds are found" "low-1 low-2 low-3" \
    "$(sql "SELECT string_agg(transaction_id, ' ' ORDER BY transaction_id) FROM anomaly WHERE detector = 'merchant_risk'")"
like "amounts just below a thousand are found" "^under-1 under-2 under-3 under-4 " "$(found structuring A0888 2026-01-11)"
like "an account with many transactions is found and shown" " 1$" "$(found velocity A0999 2026-01-11)"
like "as is a twin of the date before" "^again " "$(found twin A1234 2026-01-13)"

load e.csv d.csv a.csv c.csv b.csv
is "files in another order leave the same findings" "" "$(diff <(findings) <(echo "$wanted") | head -n 4)"
is "and nothing is violated by it" "" "$(violations)"
