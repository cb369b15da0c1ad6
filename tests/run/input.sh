#!/usr/bin/env bash
# Where records come from: compressed files, standard input, files that are named, manifests.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

detectors=off
config input
in=$TMPDIR/in

# records FROM TO: so many of them, with a header if FROM is 1
records() {
    LC_ALL=C awk -v from="$1" -v to="$2" 'BEGIN {
        if (from == 1) print "transaction_id,account_id,ts,amount"
        for (i = from; i <= to; i++) printf "%d,a%d,2026-01-%02dT10:00:00,%d.50\n", i, i % 7, i % 28 + 1, i }'
}
counts() { sql "SELECT concat_ws(' ', count(*), sum(records), sum(loaded), sum(duplicate)) FROM ingestion_file"; }

for kind in gzip zstd; do
    fresh
    records 1 50000 | $kind -c >"$in/f.csv.x"
    ingest
    is "$kind is read as what it holds" "1 50000 50000 0" "$(counts)"
    ingest --json
    is "and known again" 1 "$(jq .skipped <<<"$out")"
    records 1 50000 >"$in/plain.csv"
    ingest -v
    like "also when it comes decompressed" "plain.csv has the content of .*f.csv.x, which was loaded: skipped" "$log"
    rm "$in/plain.csv"
    records 50001 50010 | $kind -c >>"$in/f.csv.x"
    ingest
    is "of what is appended to it only the tail is loaded" "1 50010 50010 0" "$(counts)"
    is "and nothing is violated" "" "$(violations)"

    fresh
    records 1 50000 | $kind -c | head -c -1000 >"$in/f.csv.x"
    ingest
    is "of one that is cut off nothing is loaded" "1 0" "$status $(sql 'SELECT count(*) FROM transactions')"
    like "which is said" "f.csv.x: is damaged near byte [0-9]+ of the compressed file: its end is missing" "$log"
    rm "$in/f.csv.x"
    records 1 50000 | $kind -c >"$TMPDIR/whole"
    { head -c 20000 "$TMPDIR/whole"; printf 'xxxxxxxxxxxxxxxx'; tail -c +20017 "$TMPDIR/whole"; } >"$in/f.csv.x"
    ingest
    is "nor of one that is damaged" "1 0" "$status $(sql 'SELECT count(*) FROM transactions')"
    like "which is said, too" "f.csv.x: is damaged near byte [0-9]+" "$log"
done

fresh
records 1 50000 >"$in/plain.csv"
ingest
gzip -k "$in/plain.csv"
ingest --json
is "a compressed copy of a known file is skipped" "2 0" "$(jq -r '"\(.skipped) \(.records)"' <<<"$out")"
printf 'transaction_id,account_id,ts,amount\n' | zstd -q >"$in/header.csv.zst"
: | gzip >"$in/empty.csv.gz"
ingest
is "a header alone, and nothing at all, may be compressed" 0 "$status"
rm "$in"/*
{ echo transaction_id,account_id,ts,amount; yes 1,a,2026-01-01,1 | head -n 2000000; } | zstd -q --long=31 --ultra -22 -T2 >"$in/w.csv.zst" &
wait
ingest
like "a window that would not leave room is refused" "w.csv.zst: is damaged .*: Frame requires too much memory" "$status $log"

fresh
records 1 100 | "$BUILD/txingest" run - --json >"$TMPDIR/out"
is "standard input is loaded" 100 "$(jq .loaded "$TMPDIR/out")"
like "and known by its hash" "^stdin:[0-9a-f]{64}$" "$(sql 'SELECT path FROM ingestion_file')"
records 1 100 | "$BUILD/txingest" run - --json >"$TMPDIR/out"
is "again it is nothing new" "0 1" "$(jq -r '"\(.records) \(.skipped)"' "$TMPDIR/out")"
records 1 120 | gzip | "$BUILD/txingest" run - --json >"$TMPDIR/out"
is "a longer one brings what is new" "20 100" "$(jq -r '"\(.loaded) \(.duplicate)"' "$TMPDIR/out")"
records 121 130 >"$TMPDIR/tail.csv"
(echo transaction_id,account_id,ts,amount; cat "$TMPDIR/tail.csv") >"$TMPDIR/named.csv"
(cd "$TMPDIR" && "$OLDPWD/$BUILD/txingest" run named.csv)
is "a file that is named is loaded wherever it is" "$TMPDIR/named.csv 10" \
    "$(sql "SELECT concat_ws(' ', path, loaded) FROM ingestion_file WHERE path LIKE '%named%'")"
ingest run "$TMPDIR/none.csv"
is "one that is not there is an error" "1" "$status"
like "that names it" "none.csv: No such file or directory" "$log"
ingest run "$TMPDIR"
like "so is what is no regular file" "is not a regular file" "$status $log"
printf '\n[source u]\npath = %s\n' "$in" >>"$TXMON_CONFIG"
ingest run "$TMPDIR/named.csv"
like "with two sources one is to be named" "^2 .*files belong to one source: --source NAME says which" "$status $log"
config input
mkfifo "$TMPDIR/pipe"
"$BUILD/txingest" run - <"$TMPDIR/pipe" 2>"$TMPDIR/log" &
pid=$!
exec 9>"$TMPDIR/pipe"
sleep 0.2
kill -TERM $pid
wait $pid
is "a signal ends the wait for standard input" 143 $?
exec 9>&-

# Manifests: what the sender says of a file.
fresh
records 1 100 >"$in/m.csv"
(cd "$in" && sha256sum m.csv >m.csv.sha256)
printf 'records = 100\namount = 5100.00\n' >"$in/m.csv.info"
ingest
is "a file that is what its manifests say is loaded" "0 1 100 100 0" "$status $(counts)"

# manifest NAME CONTENT STATUS PATTERN
manifest() {
    fresh
    records 1 100 >"$in/m.csv"
    printf '%b' "$2" >"$in/m.csv.$1"
    ingest
    is "$1 '${2:0:20}…' is status $3, and nothing is loaded" "$3 0" "$status $(sql 'SELECT count(*) FROM transactions')"
    like "which says why" "$4" "$log"
}
manifest sha256 "$(printf 'x' | sha256sum)" 14 "m.csv: is not what its .sha256 says: its SHA-256 is [0-9a-f]{64}; nothing of it was loaded"
manifest sha256 "deadbeef\n" 1 "m.csv: its .sha256 does not begin with 64 hexadecimal digits"
manifest info 'records = 101\n' 14 "m.csv: has 100 records, its .info says 101"
manifest info 'amount = 5100.01\n' 14 "m.csv: has amounts of 5100.00 in all, its .info says 5100.01"
manifest info 'rows = 1\n' 1 "m.csv: its .info has other than records = N and amount = N: rows = 1"

# validate: what a file holds, without a database.
records 1 100 >"$TMPDIR/v.csv"
PGHOST=/nowhere ingest validate "$TMPDIR/v.csv"
is "validate needs no database" 0 "$status"
is "and says what the file holds" "$TMPDIR/v.csv: 100 records, 0 of them rejected, dates 2026-01-01 to 2026-01-28
  XXX 5100.00 in 100 records" "$out"
printf '101,a,2026-01-01,-0.5\n102,a,never,5.25\n' >>"$TMPDIR/v.csv"
ingest validate "$TMPDIR/v.csv"
is "rejected records within the limit are status 3" 3 "$status"
like "and listed with their place" "v.csv:103: column 'ts': 'never' is not YYYY-MM-DD" "$out"
ingest validate --json "$TMPDIR/v.csv"
is "as JSON, too" '102 1 2026-01-01 5099.50 103 time' \
    "$(jq -r '"\(.records) \(.rejected) \(.first_date) \(.totals.XXX) \(.rejects[0].line) \(.rejects[0].reason)"' <<<"$out")"
config input "reject_limit = 0"
ingest validate "$TMPDIR/v.csv"
like "beyond it they are status 13" "^13 .*v.csv: 1 of 102 records would be rejected, reject_limit = 0" "$status $log"

# What else may lie in the folder.
fresh
config odd "reject_limit = 100%"
records 1 10 >"$in/plain.csv"
records 11 20 >"$TMPDIR/elsewhere.csv"
mkfifo "$in/fifo.csv"
mkdir "$in/folder.csv"
ln -s "$TMPDIR/elsewhere.csv" "$in/link.csv"
sed -i '1i transaction_id,account_id,ts,amount' "$TMPDIR/elsewhere.csv"
ln -s /nowhere "$in/dangling.csv"
ln -s /dev/zero "$in/device.csv"
ln -s fifo.csv "$in/link to fifo.csv"
ln -s loop.csv "$in/loop.csv"
ln -s "$PGHOST/.s.PGSQL.${PGPORT:-5432}" "$in/socket.csv"
records 21 30 | sed '1i transaction_id,account_id,ts,amount' >"$in/two
lines.csv"
printf 'transaction_id,account_id,ts,amount\n31,a,never,1\n' >"$in/ bad
\"name\".csv"
ingest
is "files with line breaks in their names and links to files are read, what is no file is passed over" \
    "3 30" "$status $(sql 'SELECT count(*) FROM transactions')"
is "each under its whole name" 1 "$(sql "SELECT count(*) FROM ingestion_file WHERE path = '$in/two' || chr(10) || 'lines.csv'")"
ingest rejects --export
is "also in a reject export" "\"$in/ bad
\"\"name\"\".csv\",2,ts,time,31,a,never,1" "$(tail -n 2 <<<"$out")"
printf '%s\n' "${out/never/2026-01-01}" >"$in/corrected.csv"
ingest
ingest rejects
is "which finds its way back" " 31" "$out $(sql 'SELECT count(*) FROM transactions')"
for odd in fifo.csv folder.csv device.csv socket.csv; do
    timeout 10 "$BUILD/txingest" run "$in/$odd" 2>"$TMPDIR/log" </dev/null
    is "$odd by name is refused at once" 1 $?
done
latin=$in/$'caf\xe9.csv'
mv "$in/corrected.csv" "$latin"
ingest
like "a name that is not UTF-8 could be kept nowhere: it is refused" "^1 .*: the name is not UTF-8: rename it" "$status $(tr -d '\351' <<<"$log")"
for command in validate guess; do
    ingest $command "$latin"
    like "by $command, too" "^1 .*: the name is not UTF-8" "$status $(tr -d '\351' <<<"$log")"
done
