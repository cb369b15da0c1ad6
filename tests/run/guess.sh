#!/usr/bin/env bash
# txingest guess: the section that it writes loads the files that it saw.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

config guess
in=$TMPDIR/in

# guessed FILE…: guesses, and loads them by what it wrote
guessed() {
    fresh
    cp "$@" "$in"
    ingest guess "$in"/*
    section=$out
    { echo "$out"; echo 'settle = 0s'; } | sed "s|^path = .*|path = $in|" >"$TMPDIR/guess.conf"
    ingest
}
rows() {
    sql "SELECT concat_ws(' ', account_id, ts AT TIME ZONE 'UTC', amount, currency, merchant_id)
           FROM transactions ORDER BY file_id, line" | head -n "$1"
}

cat >"$TMPDIR/bank.csv" <<'END'
Booking;Datum;Account;Betrag;Currency
4711;31.01.2026;C17;-1.234,50;EUR
4712;01.02.2026;C18;12,00;EUR
END
guessed "$TMPDIR/bank.csv"
is "semicolons, German dates and numbers" $'C17 2026-01-31 00:00:00 -1234.50 EUR\nC18 2026-02-01 00:00:00 12.00 EUR' "$(rows 9)"
like "and it says what the files hold" "^# .*bank.csv: 2 records, 0 of them rejected, dates 2026-01-31 to 2026-02-01" "$section"

# Headers, dates and numbers that drift, blank records and an encoding, as councils publish them.
printf 'Date paid,Transaction number,Net amount,Supplier name,\n03/04/2013,1,9.90,Caf\xe9,\n,,,,\n14/04/2013,1,5,b,\n' >"$TMPDIR/a.csv"
printf 'PaymentDate,TransactionNumber, Amount ,BeneficiaryName\n15-Apr-2013,1,"1,234.50",c\n16-Apr-13,2, 7.00 ,d\n' >"$TMPDIR/b.csv"
guessed "$TMPDIR/a.csv" "$TMPDIR/b.csv"
is "files that drift" \
    $'Café 2013-04-03 00:00:00 9.90 XXX\nb 2013-04-14 00:00:00 5 XXX\nc 2013-04-15 00:00:00 1234.50 XXX\nd 2013-04-16 00:00:00 7.00 XXX' "$(rows 9)"

printf '17,2026-01-31T10:00:00,5.25,x\n18,2026-01-31T11:00:00,6.50,y\n' | gzip >"$TMPDIR/n.csv.gz"
guessed "$TMPDIR/n.csv.gz"
like "without a header columns go by number" "^column.ts = 2$" "$section"
like "what it cannot know it says" "^# Whose transactions are these\?" "$section"
is "and the file can be loaded all the same" "unknown 2026-01-31 10:00:00 5.25 XXX" "$(rows 1)"

mkdir "$TMPDIR/made"
LC_ALL=C awk -f scripts/sample DIR="$TMPDIR/made" DATES=2 ROWS=300
ingest guess "$TMPDIR"/made/*.csv
like "our own columns need no word" "^0 " "$status $out"
is "but their place" "" "$(grep -E '^column\.(transaction_id|account_id|ts|amount)' <<<"$out")"

printf 'one\ntwo\nthree\n' >"$TMPDIR/words.txt"
ingest guess "$TMPDIR/words.txt"
like "a file without columns is an error" "^1 .*words.txt: no columns can be made out" "$status $log"
