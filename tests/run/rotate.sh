#!/usr/bin/env bash
# Files that get other names, are truncated, or go: what the ledger makes of it.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

detectors=off
config rotate "header = no" "column.transaction_id = 1" "column.account_id = 2" "column.ts = 3" "column.amount = 4"
in=$TMPDIR/in
records() { # records FROM TO
    for i in $(seq "$1" "$2"); do printf '%s,a%s,2026-01-%02dT10:00:00,1.50\n' "$i" $((i % 3)) $((i % 28 + 1)); done
}
n() { sql "SELECT concat_ws(' ', count(*), (SELECT sum(duplicate) FROM ingestion_file)) FROM transactions"; }
files() { sql "SELECT string_agg(concat_ws(' ', regexp_replace(path, '.*/', ''), records), ', ' ORDER BY path) FROM ingestion_file"; }

fresh
records 1 10 >"$in/tx.log"
ingest
records 11 15 >>"$in/tx.log"
mv "$in/tx.log" "$in/tx.log.1"
records 16 20 >"$in/tx.log"
before=$(dump)
ingest --dry-run
is "a dry run follows a file that was renamed" "0 $in/tx.log: new, 5 records, 0 of them rejected, dates 2026-01-17 to 2026-01-21
$in/tx.log.1: is what $in/tx.log was
$in/tx.log.1: has changed, 5 records, 0 of them rejected, dates 2026-01-12 to 2026-01-16
t: 2 files looked at; nothing was written (dry run)" "$status $out"
is "and does nothing" "$before" "$(dump)"
ingest -v
is "of a renamed file the rest is read, and the new one of its name" "0 20 0 tx.log 5, tx.log.1 15" "$status $(n) $(files)"
like "which is said" "tx.log.1 is what .*tx.log was: its place in the ledger goes with it" "$log"
mv "$in/tx.log.1" "$in/tx.log.2"
mv "$in/tx.log" "$in/tx.log.1"
records 21 30 >"$in/tx.log"
ingest
is "also when all of them move on" "0 30 0 tx.log 10, tx.log.1 5, tx.log.2 15" "$status $(n) $(files)"
rm "$in/tx.log.2"
mv "$in/tx.log.1" "$in/tx.log.2"
mv "$in/tx.log" "$in/tx.log.1"
records 31 33 >"$in/tx.log"
ingest
is "and the last one goes" "0 33 0 tx.log 3, tx.log.1 10, tx.log.2 5, tx.log.2 (file 1) 15" "$status $(n) $(files)"
is "nothing is violated" "" "$(violations)"
before=$(dump)
ingest --json
is "again there is nothing new" "0 3 0 $before" "$status $(jq -r '"\(.skipped) \(.records)"' <<<"$out") $(dump)"

records 34 36 >>"$in/tx.log"
cp "$in/tx.log" "$in/tx.log.0"
records 37 38 >"$in/tx.log.new"
cat "$in/tx.log.new" >"$in/tx.log" # the same inode
rm "$in/tx.log.new"
ingest
is "of a file that was copied and truncated, too" "0 38 0" "$status $(n)"
gzip "$in/tx.log.0"
records 39 50 >"$in/tx.log.next"
cat "$in/tx.log.next" >"$in/tx.log"
rm "$in/tx.log.next"
ingest
like "what was truncated with no copy of it to be seen is status 14, since nobody knows" \
    "^14 .*tx.log: (is shorter than|the first) .* bytes" "$status $log"
is "and nothing is touched" "38 0" "$(n)"
like "but it says what to do" "txingest --replace loads it anew, .* txingest --as-new loads it beside them" "$log"
before=$(dump)
ingest --as-new --dry-run
is "which a dry run tries" "0 $in/tx.log: has other content, and would be loaded as a new file, 12 records, 0 of them rejected, dates 2026-01-12 to 2026-01-23" \
    "$status $(grep other <<<"$out")"
is "without doing it" "$before" "$(dump)"
ingest --as-new
is "as a new file it is loaded, and what was loaded before stays" "0 50 0" "$status $(n)"
is "in the ledger, too" "tx.log 12, tx.log (file 6) 2, tx.log.0 6, tx.log.1 10, tx.log.2 5, tx.log.2 (file 1) 15" "$(files)"
is "nothing is violated by that" "" "$(violations)"
records 51 52 >>"$in/tx.log"
ingest
is "and it grows as any file does" "0 52 0 " "$status $(n) $(violations)"
rm "$in/tx.log"
ingest
is "a file that has gone is no failure, and what it brought stays" "0 52 0 " "$status $(n) $(violations)"

fresh
records 1 10 >"$in/tx.log"
ingest
gzip -c "$in/tx.log" >"$in/tx.log.1.gz"
records 11 12 >"$TMPDIR/next"
cat "$TMPDIR/next" >"$in/tx.log"
ingest
is "compressed on the way it is known" "0 12 0 tx.log 2, tx.log.1.gz 10" "$status $(n) $(files)"

fresh
records 1 10 >"$in/a.csv"
records 11 20 >"$in/b.csv"
ingest
mv "$in/a.csv" "$in/x"
mv "$in/b.csv" "$in/a.csv"
mv "$in/x" "$in/b.csv"
ingest
is "two files that change names are followed" "0 20 0 a.csv 10, b.csv 10" "$status $(n) $(files)"
is "by their content" "11" "$(sql "SELECT min(transaction_id::integer) FROM transactions JOIN ingestion_file USING (file_id) WHERE path LIKE '%/a.csv'")"
is "and nothing is violated" "" "$(violations)"

# A copy of what is known is read once.
fresh
records 1 10 >"$in/a.csv"
cp "$in/a.csv" "$in/b.csv"
ingest
is "a copy brings nothing" "0 10 0 a.csv 10" "$status $(n) $(files)"
touch -r "$in/b.csv" "$TMPDIR/stamp"
sed 's/^1,/x,/' "$in/b.csv" >"$TMPDIR/next"
cat "$TMPDIR/next" >"$in/b.csv" # of the same size
touch -r "$TMPDIR/stamp" "$in/b.csv"
ingest
is "and is not read again while it looks as it did" "0 10 0" "$status $(n)"
touch "$in/b.csv"
ingest
is "but then" "0 11 9" "$status $(n)"
fresh
records 1 10 >"$in/a.csv"
cp "$in/a.csv" "$in/b.csv"
ingest
records 3 12 >"$in/a.csv"
ingest --replace
is "when the other one is corrected, it brings what that had brought before" "0 12 8" "$status $(n)"
is "and nothing is violated" "" "$(violations)"

# Thousands of known files: the ledger says of them what is not so, which whoever reads one finds.
fresh
records 1 10 >"$in/tx.log"
ingest
for i in $(seq 3000); do echo "$i,a,2026-01-01,1" >"$in/$i.csv"; done
stat -c '%n,%s,%.9Y,%i' "$in"/*.csv | sed 's/\.\(.........\),\([0-9]*\)$/\1,\2/' >"$TMPDIR/known"
psql -Xq <<END
CREATE TEMP TABLE k (path text, size bigint, modified bigint, inode bigint);
\\copy k FROM '$TMPDIR/known' (FORMAT csv)
INSERT INTO ingestion_file (source_id, path, size, modified, inode, finished, bytes_done, lines_done, sha256, first_run, last_run)
SELECT 1, path, size, modified, inode, true, size, 1, 'not its hash', 1, 1 FROM k
END
ingest --json
is "of 3,000 files that are known none is read" "0 3001 0" "$status $(jq -r '"\(.skipped) \(.records)"' <<<"$out")"
touch "$in/7.csv"
ingest
like "but one that was touched is" "^14 .*/7.csv: the first .* bytes are not those that were loaded" "$status $log"
