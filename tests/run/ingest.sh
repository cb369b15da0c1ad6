#!/usr/bin/env bash
# txingest as cron runs it: what it loads, what it says of bad input, and its exit status.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

# A small feed: three dates, one record each a line.
header=transaction_id,account_id,ts,amount,merchant_id
rows() { # rows DATE FIRST LAST
    for i in $(seq "$2" "$3"); do
        printf 't%s,a%s,%sT08:%02d:00,%s.50,m%s\n' "$i" $((i % 7)) "$1" $((i % 60)) "$i" $((i % 3))
    done
}
file() { # file NAME LINE…: header and lines
    { echo "$header"; cat; } >"$TMPDIR/in/$1"
}
config base
ingest
is "without a schema the status is 10" 10 "$status"
like "and it says what to do" "txingest migrate" "$log"

ingest migrate
is "migrate makes the schema" 0 "$status"
ingest migrate
like "and again it has nothing to do" "0 migrations applied" "$out"

ingest
is "an empty folder is nothing new" 0 "$status"

rows 2026-01-01 1 100 | file 2026-01-01.csv
rows 2026-01-02 101 150 | file 2026-01-02.csv
ingest
is "two files are loaded" 0 "$status"
is "quietly, as cron wants it" "" "$out$log"
is "every record is there" 150 "$(sql 'SELECT count(*) FROM transactions')"
is "with its file and line" "2026-01-02.csv 2" \
    "$(sql "SELECT regexp_replace(path, '.*/', '') || ' ' || line FROM transactions t
              JOIN ingestion_file USING (file_id) WHERE transaction_id = 't101'")"
is "the amounts are exact" "$(seq 1 150 | awk '{s += $1 + 0.5} END {printf "%.2f", s}')" \
    "$(sql 'SELECT sum(amount) FROM transactions')"
is "and nothing is violated" "" "$(violations)"

before=$(dump)
ingest --json
is "a second run loads nothing" "0 2" "$(jq -r '"\(.records) \(.skipped)"' <<<"$out")"
is "and changes nothing" "$before" "$(dump)"

cp "$TMPDIR/in/2026-01-01.csv" "$TMPDIR/in/again.csv"
ingest -v
is "the same content under another name is skipped" "0 $(md5sum <<<"$before")" "$status $(dump | md5sum)"
like "and that is said" "again.csv has the content of .*2026-01-01.csv" "$log"
rm "$TMPDIR/in/again.csv"

touch "$TMPDIR/in/2026-01-01.csv"
ingest
is "a file that was only touched is known" "0 $(md5sum <<<"$before")" "$status $(dump | md5sum)"

rows 2026-01-03 151 160 >>"$TMPDIR/in/2026-01-02.csv"
ingest --json
is "of a grown file only the tail is read" 10 "$(jq .records <<<"$out")"
is "its lines go on counting" 52 "$(sql "SELECT line FROM transactions WHERE transaction_id = 't151'")"
is "and nothing is violated by that" "" "$(violations)"

rows 2026-01-02 120 125 | file late.csv
rows 2026-01-01 900 901 >>"$TMPDIR/in/late.csv"
ingest --json
is "known records are duplicates, late ones go to their date" "8 2 6" \
    "$(jq -r '"\(.records) \(.loaded) \(.duplicate)"' <<<"$out")"
is "whose rollup holds again" "" "$(violations)"

{ rows 2026-01-05 1 5; rows 2026-01-05 1 5; } | file twice.csv
ingest --json
is "a record twice in a file is loaded once" "10 5 5" \
    "$(jq -r '"\(.records) \(.loaded) \(.duplicate)"' <<<"$out")"

before=$(dump)
sed -i 's/^t2,/x2,/' "$TMPDIR/in/2026-01-01.csv"
ingest
is "other content under a known name stops with status 14" 14 "$status"
like "naming the file" "2026-01-01.csv: the first .* bytes are not those that were loaded" "$log"
is "and nothing is touched" "$before" "$(dump)"
ingest --date 2026-01-01
is "--date loads the file anew" 0 "$status"
is "replacing its rows" "0 1 100" \
    "$(sql "SELECT count(*) FILTER (WHERE transaction_id = 't2'),
                   count(*) FILTER (WHERE transaction_id = 'x2'), count(*)
              FROM transactions WHERE file_id = 1" | tr '|' ' ')"
is "and nothing is violated by replacing" "" "$(violations)"
state=$(sql "SELECT last_date, watermark, last_run FROM ingestion_state")
ingest --date 2026-01-01
is "a re-run leaves the checkpoint where it is" "0 $state" \
    "$status $(sql "SELECT last_date, watermark, last_run FROM ingestion_state")"
before=$(dump)
ingest --from 2026-01-01 --to 2026-01-31
is "re-running a range gives the same" "0 $(md5sum <<<"$before")" "$status $(dump | md5sum)"

truncate -s 300 "$TMPDIR/in/2026-01-02.csv"
ingest
is "a file that has become shorter is status 14" 14 "$status"
like "and says how" "is shorter than the 2328 bytes that were loaded of it" "$log"

# Bad records, each with its place and reason.
fresh
config reject "reject_limit = 8"
{
    echo "t1,a1,2026-01-01T08:00:00,1.00,m"
    echo "t2,a1,2026-01-01T08:00:00,1.00"
    echo "t3,a1,2026-01-01T08:00:00,1.00x,m"
    echo "t4,a1,2026-02-30T08:00:00,1.00,m"
    printf 't5,a\377,2026-01-01T08:00:00,1.00,m\n'
    echo "t6,,2026-01-01T08:00:00,1.00,m"
    echo "t7,a1,2026-01-01T08:00:00,1.1234567,m"
    echo 't8,a"1,2026-01-01T08:00:00,1.00,m'
    printf 't9,a\0,2026-01-01T08:00:00,1.00,m\n'
    echo 't10,"a,1
2",2026-01-01T08:00:00,1.00,"m ""q"""'
    echo "t11,a1,2026-01-01T08:00:00,-7,m"
} | file bad.csv
ingest
is "records rejected within the limit are status 3" 3 "$status"
is "the sum holds" "11|3|0|8" \
    "$(sql 'SELECT records, loaded, duplicate, rejected FROM ingestion_run ORDER BY run_id DESC LIMIT 1')"
is "the run is partial" partial "$(sql 'SELECT status FROM ingestion_run ORDER BY run_id DESC LIMIT 1')"
is "each has its line, column and reason" \
    "3 - field_count,4 amount number,5 ts time,6 account_id encoding,7 account_id empty,8 amount digits,9 - quote,10 account_id nul_byte" \
    "$(sql "SELECT string_agg(concat_ws(' ', line, coalesce(column_name, '-'), reason), ',' ORDER BY line)
              FROM rejected_record")"
is "and its bytes as they were read" "$(sed -n 6p "$TMPDIR/in/bad.csv" | tr -d '\n' | od -An -v -tx1 | tr -d ' \n')" \
    "$(sql "SELECT encode(raw, 'hex') FROM rejected_record WHERE line = 6")"
is "and the offset of its first byte" "$(head -n 5 "$TMPDIR/in/bad.csv" | wc -c)" \
    "$(sql "SELECT byte_offset FROM rejected_record WHERE line = 6")"
is "a quoted line break is kept" "$(printf 'a,1\n2')" \
    "$(sql "SELECT account_id FROM transactions WHERE transaction_id = 't10'")"

# Each reason that README has; what was dropped is retain.sh's.
fresh
config reasons "reject_limit = 100%"
{
    echo "transaction_id,account_id,ts,amount,currency,channel"
    echo "field_count"
    echo "empty,,2026-01-01,1,EUR,"
    echo "number,a,2026-01-01,0x1,EUR,"
    echo "digits,a,2026-01-01,1234567890123456789,EUR,"
    echo "time,a,2026-13-01,1,EUR,"
    echo "future,a,9999-01-01,1,EUR,"
    echo "currency,a,2026-01-01,1,eur,"
    printf 'encoding,\303(,2026-01-01,1,EUR,\n'
    printf 'nul_byte,\0,2026-01-01,1,EUR,\n'
    echo 'quote,a"b",2026-01-01,1,EUR,'
    printf 'field_length,%01025d,2026-01-01,1,EUR,\n' 1
    printf 'field_length,a,2026-01-01,1,EUR,%0256d\n' 1
    printf 'record_length,a,2026-01-01,1,EUR,%01048577d\n' 1
    printf 'loaded,%01024d,2026-01-01,1,EUR,%0255d\n' 1 1
} >"$TMPDIR/in/reasons.csv"
ingest
is "every record is rejected for its own reason, and what is just short enough is loaded" "3 14 1 " \
    "$status $(sql "SELECT (SELECT records FROM ingestion_file), count(*) FROM transactions" | tr '|' ' ') $(sql "
        SELECT line, reason FROM rejected_record WHERE encode(raw, 'escape') NOT LIKE reason || '%'")"
is "these are all that there are" "$(sed -n '/a record is rejected with/,/^$/p' README.md | cut -d'|' -f 2 |
    grep -oE '[`][a-z_]+' | tr -d '`' | grep -v dropped | sort)" \
    "$(sql "SELECT DISTINCT reason FROM rejected_record" | sort)"

fresh
config limit "reject_limit = 7"
cp "$TMPDIR/bad.csv" "$TMPDIR/in/" 2>/dev/null
{ rows 2026-01-01 1 20; yes 'broken' | head -n 8; } | file bad.csv
rows 2026-01-01 50 60 | file a-good.csv
ingest
is "beyond the limit the status is 13" 13 "$status"
like "with the first of them" "8 of 28 records rejected, reject_limit = 7.*line 22: 1 fields where the header has 5" "$log"
is "the slice is rolled back, the one before it stays" "11|0" \
    "$(sql "SELECT count(*), count(*) FILTER (WHERE transaction_id = 't1') FROM transactions")"
is "the run has failed" failure "$(sql 'SELECT status FROM ingestion_run ORDER BY run_id DESC LIMIT 1')"
config limit "reject_limit = 50%"
ingest
is "with a higher limit it goes on where it was" "3 31" "$status $(sql 'SELECT count(*) FROM transactions')"
is "and the sum holds for every file" "" "$(violations)"

# Bad files.
fresh
config bad
printf '' >"$TMPDIR/in/empty.csv"
ingest
is "an empty file is no failure" 0 "$status"
like "but is spoken of" "empty.csv is empty" "$log"
ingest
is "once" "0 " "$status $log"
echo "$header" >"$TMPDIR/in/header.csv"
ingest
is "a header alone is a day without transactions" "0 " "$status $log"
printf 'id,account_id,ts,amount\n1,2,3,4\n' >"$TMPDIR/in/column.csv"
ingest
is "a missing column is a failure" 1 "$status"
like "that names it, and what was found" \
    "column.csv: the header lacks the required column 'transaction_id'; it has 'id', 'account_id', 'ts', 'amount'" "$log"
is "before anything is loaded" 0 "$(sql 'SELECT count(*) FROM transactions')"
rm "$TMPDIR"/in/*
printf '\xef\xbb\xbftransaction_id,account_id,ts,amount\r\n1,2,2026-01-01,4\r\n' >"$TMPDIR/in/bom.csv"
ingest
is "a byte order mark and CRLF are no part of the data" "0 1|4" \
    "$status $(sql 'SELECT transaction_id, amount FROM transactions')"
mkfifo "$TMPDIR/in/fifo.csv"
touch "$TMPDIR/in/x.csv.tmp" "$TMPDIR/in/.hidden"
ingest
is "a FIFO, a hidden file and one on its way are passed over" "0 " "$status $log"
rm "$TMPDIR/in/fifo.csv"
config missing
sed -i "s|^path = .*|path = $TMPDIR/nowhere.csv|" "$TXMON_CONFIG"
ingest
is "a missing file is a failure" 1 "$status"
like "that names it" "nowhere.csv: No such file or directory" "$log"
if [ "$(id -u)" -ne 0 ]; then
    config unreadable
    rows 2026-01-07 1 5 | file secret.csv
    chmod 000 "$TMPDIR/in/secret.csv"
    ingest
    is "an unreadable file is status 12" 12 "$status"
    like "that names it, too" "secret.csv: Permission denied" "$log"
    rm -f "$TMPDIR/in/secret.csv"
fi

# Usage and configuration.
config usage
ingest --date 2026-13-01
is "a date that is none is status 2" 2 "$status"
like "and says what one is" "'2026-13-01' is not a date: YYYY-MM-DD" "$log"
ingest --nonsense
is "an unknown option is status 2" 2 "$status"
ingest --from 2026-01-01
is "--from without --to is status 2" 2 "$status"
config key "colour = blue"
ingest
is "an unknown key is status 2" 2 "$status"
like "with file and line" "key.conf:4: unknown key 'colour' in \[source t\]" "$log"
config zone "time_zone = Mars/Olympus"
ingest
is "an unknown time zone is status 2" 2 "$status"
config detector "[detector velocity]" "maximum = 3"
ingest
is "an unknown parameter of a detector is status 2" 2 "$status"
TXMON_CONFIG=$TMPDIR/none.conf ingest
is "a missing configuration is status 2" 2 "$status"

# The database.
config base
ingest -d "host=$TMPDIR dbname=none"
is "a database that is down is a failure" 1 "$status"
like "and says so" "cannot connect to the database" "$log"
sql "CREATE ROLE guest LOGIN" 2>/dev/null
PGUSER=guest ingest
is "a role without rights is status 12" 12 "$status"
TXMON_UNSAFE_SERVER='' ingest
is "a server that does not keep its promises is refused" 1 "$status"
like "by name" "fsync = off" "$log"

# Two runs at once.
fresh
config busy
rows 2026-01-01 1 50 | file one.csv
ingest
id=$(sql "SELECT source_id FROM source")
psql -XAtqc "SELECT pg_advisory_lock(1954049390, $id)" -c "SELECT pg_sleep(60)" >/dev/null 2>&1 &
until [ -n "$(sql "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = $id")" ]; do sleep 0.02; done
ingest
is "a second run at the same time is status 11" 11 "$status"
like "and says why" "another run of source t is under way" "$log"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'" >/dev/null
wait

# Dates are the source's, whatever the environment says.
fresh
config berlin "time_zone = Europe/Berlin"
{
    echo "w1,a,2026-01-01T23:30:00Z,1,m"
    echo "w2,a,2026-03-29T02:30:00,1,m"
    echo "w3,a,2026-10-25T02:30:00,1,m"
    echo "w4,a,2026-07-01 00:15:00.123456,1,m"
} | file zones.csv
TZ=Asia/Tokyo PGTZ=America/New_York PGDATESTYLE=German PGOPTIONS="-c search_path=pg_catalog" ingest
is "times are read in the source's zone" "0 w1|2026-01-02|2026-01-01 23:30:00
w2|2026-03-29|2026-03-29 01:30:00
w3|2026-10-25|2026-10-25 01:30:00
w4|2026-07-01|2026-06-30 22:15:00.123456" \
    "$status $(sql "SELECT transaction_id, tx_date, ts AT TIME ZONE 'UTC' FROM transactions ORDER BY 1")"
is "as PostgreSQL reads them" "$(sql "SELECT timestamp '2026-03-29 02:30' AT TIME ZONE 'Europe/Berlin',
            timestamp '2026-10-25 02:30' AT TIME ZONE 'Europe/Berlin'")" \
    "$(sql "SELECT (SELECT ts FROM transactions WHERE transaction_id = 'w2'),
                   (SELECT ts FROM transactions WHERE transaction_id = 'w3')")"
config berlin "time_zone = UTC"
ingest
is "another time zone for a loaded source is refused" 2 "$status"

# A dry run.
fresh
config dry "reject_limit = 1"
{ rows 2026-01-01 1 50; echo broken; } | file one.csv
ingest --dry-run
is "a dry run says what would be" "0" "$status"
like "a line a file" "one.csv: new, 51 records, 1 of them rejected, dates 2026-01-01 to 2026-01-01; the first: line 52" "$out"
is "and writes nothing" "0|0" "$(sql 'SELECT (SELECT count(*) FROM source), (SELECT count(*) FROM transactions)')"

# From here on it is about loading alone.
detectors=off

# Unsorted dates over many leaves, and stragglers enough to be a stream of their own.
fresh
config many "leaf = day"
for i in $(seq 1 6000); do
    printf 'u%s,a%s,2026-%02d-%02dT10:00:00,1.25,m\n' "$i" $((i % 50)) $((i % 4 + 1)) $((i % 27 + 1))
done | file unsorted.csv
for i in $(seq 1 6000); do
    printf 'v%s,a%s,2026-06-%02dT10:00:00,1.25,m\n' "$i" $((i % 50)) $((i / 2500 + 1))
done | file sorted.csv
ingest --json
is "unsorted dates are loaded all the same" "0 12000 12000" "$status $(jq -r '"\(.records) \(.loaded)"' <<<"$out")"
is "each into its leaf" "111" "$(sql "SELECT count(*) FROM leaf WHERE parent = 'transactions'")"
is "in slices that make at most 64 of them" 0 \
    "$(sql "SELECT count(*) FROM ingestion_run WHERE slices < 3")"
is "and nothing is violated by that either" "" "$(violations)"

# The connection is lost, in the middle of a transaction.
fresh
config lost
seq 200000 | awk '{ printf "l%d,a%d,2026-01-%02dT00:00:00,1,m\n", $1, $1 % 1000, $1 / 20000 + 1 }' | file lost.csv
"$BUILD/txingest" 2>"$TMPDIR/log" &
pid=$!
await_query COPY
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'txingest'" >/dev/null
wait $pid
is "a run that lost its connection ends well" 0 $?
like "and says that it did" "connected again: 0 slices of run 1 were committed" "$(cat "$TMPDIR/log")"
is "with everything once" "200000|1|success" \
    "$(sql "SELECT (SELECT count(*) FROM transactions), count(*), max(status) FROM ingestion_run")"
is "and nothing is violated" "" "$(violations)"
"$BUILD/txingest" -s none 2>/dev/null # a usage error: nothing is tried again
is "what cannot be mended by waiting is not waited for" 2 $?

# A signal, in the second of two sources, the first of which has failed.
fresh
config stop "reject_limit = 0" "[source u]" "path = $TMPDIR/large.csv" "settle = 0s"
echo broken | file bad.csv
awk 'BEGIN { print "transaction_id,account_id,ts,amount"
             for (i = 0; i < 3000000; i++) printf "s%d,a%d,2026-01-%02dT00:00:00,1\n", i, i % 1000, i / 100000 + 1 }' \
    >"$TMPDIR/large.csv"
"$BUILD/txingest" 2>"$TMPDIR/log" &
pid=$!
for _ in $(seq 100); do
    [ "$(sql "SELECT count(*) FROM ingestion_run WHERE status = 'running'")" = 1 ] && break
    sleep 0.05
done
# While the server works and txingest waits for it: in the middle of building a key.
await_query leaf_close
kill -TERM $pid
wait $pid
is "SIGTERM ends a run with the first failure's status" 13 $?
is "nothing of its slice stays" "0|failure,interrupted" \
    "$(sql "SELECT (SELECT count(*) FROM transactions), string_agg(status, ',' ORDER BY run_id) FROM ingestion_run")"
rm -rf "${TMPDIR:?}/in"/*
ingest -s t
is "the source that had failed is none the worse" 0 "$status"
"$BUILD/txingest" -s u 2>"$TMPDIR/log" &
pid=$!
sleep 1
kill -TERM $pid
wait $pid
is "and alone, it ends with status 143" 143 $?

# What those who ask what is late go by.
fresh
config late "settle = 1h" "expected_by = 06:30" "time_zone = Europe/Berlin" "retain_days = 400"
sed -i '/^settle = 0s/d' "$TXMON_CONFIG"
rows 2026-01-01 1 5 | file new.csv
touch -d '2 days ago' "$TMPDIR/in/new.csv"
rows 2026-01-02 6 9 | file waits.csv
ingest
is "a source says what is expected, and how many files wait" "06:30 400 1 t" "$(sql "
    SELECT concat_ws(' ', expected_by, retain_days, files_waiting, files_seen_at IS NOT NULL) FROM source")"
