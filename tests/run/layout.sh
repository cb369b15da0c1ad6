#!/usr/bin/env bash
# Files that are not ours: separators, quotes, names, numbers, times and encodings of all kinds.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

detectors=off
config layout

# loaded LAYOUT… <FILE: the rows that a file of standard input brings, as one line each
loaded() {
    fresh
    cat >"$TMPDIR/in/f.csv"
    config layout "reject_limit = 100%" "$@"
    ingest
    sql "SELECT concat_ws(' ', transaction_id, account_id, ts AT TIME ZONE 'UTC', amount, currency,
                          merchant_id, channel) FROM transactions ORDER BY line"
}

# rejected: the reasons of the file that was loaded last
rejected() {
    sql "SELECT concat_ws(' ', line, column_name, reason) FROM rejected_record ORDER BY line"
}

is "semicolons, a decimal comma and a German date" \
    "1 a 2026-01-31 13:05:00 -1234.50 XXX" \
    "$(printf 'Nr;Konto;Datum;Zeit;Betrag\n1;a;31.01.2026;13:05;-1.234,50\n' |
        loaded 'separator = ;' 'decimal = ,' 'thousands = .' 'time_format = %d.%m.%Y %H:%M' \
            'column.transaction_id = Nr' 'column.account_id = Konto' 'column.date = Datum' \
            'column.time = Zeit' 'column.amount = Betrag')"

is "tabs, and quotes that are none" $'1 "a 2026-01-31 00:00:00 1 XXX' \
    "$(printf 'transaction_id\taccount_id\tts\tamount\n1\t"a\t2026-01-31\t1\n' |
        loaded 'separator = tab' 'quote = none')"

is "pipes and single quotes" '1 a|b 2026-01-31 00:00:00 1 XXX' \
    "$(printf "transaction_id|account_id|ts|amount\n1|'a|b'|2026-01-31|1\n" |
        loaded 'separator = pipe' "quote = '")"

is "no header: columns by number, the first record is one" \
    "1 a 2026-01-31 00:00:00 5 XXX 2 b 2026-01-31 00:00:00 6 XXX" \
    "$(printf '5,2026-01-31,1,a\n6,2026-01-31,2,b\n' |
        loaded 'header = no' 'column.transaction_id = 3' 'column.account_id = 4' 'column.ts = 2' \
            'column.amount = 1' | paste -sd ' ')"

printf '7,2026-01-31,3,c\n' >>"$TMPDIR/in/f.csv"
ingest
is "and what is appended to it is loaded" 3 "$(sql 'SELECT count(*) FROM transactions')"

loaded 'header = no' 'column.transaction_id = 1' 'column.account_id = 9' 'column.ts = 2' \
    'column.amount = 3' <<<'1,2,3' >/dev/null
is "a number beyond the file's fields is an error" 1 "$status"
like "that says so" "f.csv: column.account_id = 9: the first record has 3 fields" "$log"

is "a column has one of several names, blanks around them, and drifting case" \
    "1 a 2026-01-31 00:00:00 5 XXX" \
    "$(printf 'TransactionID, Supplier name ,Date Paid,Net-Amount\n1,a,2026-01-31,5\n' |
        loaded 'column.account_id = Beneficiary | Supplier name' 'column.ts = Payment Date | Date paid' \
            'column.amount = net amount')"

loaded 'column.account_id = A | B' <<<$'transaction_id,A,B,ts,amount\n1,a,b,2026-01-31,1' >/dev/null
like "a header with two of them is an error" "the header has the column 'A \| B' twice" "$log"

is "a fixed value wins over the file's" "1 a 2026-01-31 00:00:00 5 GBP shop" \
    "$(printf 'transaction_id,account_id,ts,amount,currency,channel\n1,a,2026-01-31,5,EUR,web\n' |
        loaded 'fixed.currency = GBP' 'fixed.channel = shop')"

is "times of several forms in one file" \
    "1 a 2026-01-31 00:00:00 1 XXX 2 a 2026-02-01 00:00:00 1 XXX 3 a 2026-02-02 00:00:00 1 XXX" \
    "$(printf 'transaction_id,account_id,ts,amount\n1,a,31/01/2026,1\n2,a,01-Feb-26,1\n3,a,2026-02-02,1\n4,a,02/13/2026,1\n' |
        loaded 'time_format = %d/%m/%Y | %d-%b-%y | iso' | paste -sd ' ')"
is "and one of none" "5 ts time" "$(rejected)"

is "local times in a zone are UTC's when daylight saving begins and ends" \
    "1 a 2026-03-29 00:59:59 1 XXX 2 a 2026-03-29 01:00:00 1 XXX 3 a 2026-10-25 01:30:00 1 XXX" \
    "$(printf 'transaction_id,account_id,ts,amount\n1,a,29.03.2026 01:59:59,1\n2,a,29.03.2026 03:00:00,1\n3,a,25.10.2026 02:30:00,1\n' |
        loaded 'time_format = %d.%m.%Y %H:%M:%S' 'time_zone = Europe/Berlin' | paste -sd ' ')"

is "Windows-1252 becomes UTF-8" "1 Café € 2026-01-31 00:00:00 1 XXX" \
    "$(printf 'transaction_id,account_id,ts,amount\n1,Caf\xe9 \x80,2026-01-31,1\n' |
        loaded 'encoding = Windows-1252')"

is "a byte that the encoding lacks is rejected" "2 account_id encoding" \
    "$(printf 'transaction_id,account_id,ts,amount\n1,Caf\x81,2026-01-31,1\n2,b,2026-01-31,1\n' |
        loaded 'encoding = Windows-1252' >/dev/null; rejected)"

loaded < <(printf '\xff\xfet\0r\0') >/dev/null
like "UTF-16 is told" "f.csv: is UTF-16: convert it" "$log"

is "fields beyond the header's are allowed when empty" \
    "1 a 2026-01-31 00:00:00 1 XXX" \
    "$(printf 'transaction_id,account_id,ts,amount\n1,a,2026-01-31,1,,\n,,,\n  ,\n2,b,2026-01-31,1,,x\n' |
        loaded 'extra_fields = empty')"
is "with text they are not, and blank records are none" "5 field_count" "$(rejected)"

# Ids from the content: a record twice in a file is two, the same in another file is none.
loaded 'transaction_id = content' >/dev/null \
    < <(printf 'account_id,ts,amount,note\na,2026-01-31,1,x\na,2026-01-31,1,x\na,2026-01-31,1,y\n')
is "records without ids are told apart by their content and occurrence" "3|3" \
    "$(sql 'SELECT count(*), count(DISTINCT transaction_id) FROM transactions')"
cp "$TMPDIR/in/f.csv" "$TMPDIR/in/g.csv"
printf 'a,2026-01-31,1,x\nb,2026-01-31,1,x\n' >>"$TMPDIR/in/g.csv"
printf 'a,2026-01-31,1,x\n' >>"$TMPDIR/in/f.csv"
ingest
is "also when the file grows, and in another file" "5|4" \
    "$(sql 'SELECT count(*), (SELECT count(*) FROM duplicate_record) FROM transactions')"
is "and nothing is violated" "" "$(violations)"

# A table of counts that is larger than what stays in memory.
LC_ALL=C awk 'BEGIN { print "account_id,ts,amount"
    for (i = 0; i < 400000; i++) print i % 399990 ",2026-01-31,1" }' |
    loaded 'transaction_id = content' >/dev/null
is "400,000 contents are counted in a file" "400000|10" \
    "$(sql "SELECT count(*), count(*) FILTER (WHERE transaction_id LIKE '%-2') FROM transactions")"

# refused KEY VALUE PATTERN: a layout that cannot be
refused() {
    config layout "$1 = $2"
    ingest
    like "$1 = $2 is refused" "layout.conf:4: \[source t\] $1: $3" "$status $log"
}
refused separator ab "'ab' cannot be one"
refused quote ',' "',' cannot be one"
refused decimal '-' "'-' cannot be one"
refused thousands '.' "is the decimal mark, too"
refused header maybe "'maybe' is neither yes nor no"
refused extra_fields all "'all' is neither reject nor empty"
refused transaction_id none "'none' is neither column nor content"
refused encoding UTF-16 "'UTF-16' has other bytes for ASCII"
refused encoding Klingon "'Klingon' is no encoding"
refused time_format '%H:%M' "'%H:%M' does not tell a date"
config layout "header = no" "column.amount = betrag"
ingest
like "a name where numbers are wanted is refused" "column.amount: 'betrag' is not a column's number" "$status $log"

# Ids made of contents do not depend on when a record is read.
fresh
config future "transaction_id = content" "max_future = 0s" "reject_limit = 100%" "leaf = month"
soon=$(date -u -d '+3 seconds' +%FT%TZ)
{ echo account_id,ts,amount; echo "a,$soon,1.00"; echo a,2026-01-01,2.00; } >"$TMPDIR/in/f.csv"
ingest
while [[ $(date -u +%FT%TZ) < $soon ]]; do sleep 0.2; done
sleep 1
echo "a,$soon,1.00" >>"$TMPDIR/in/f.csv"
ingest
is "a record that was of the future counts as the first of its content also later" "0 2" \
    "$status $(sql "SELECT substring(transaction_id FROM '[0-9]+\$') FROM transactions WHERE amount = 1")"
