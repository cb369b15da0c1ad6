#!/usr/bin/env bash
# What was loaded is corrected: files replaced, runs undone, and what becomes of duplicates then.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

# file NAME ID…: a file with a record of each id, "3" or "3=amount"; the date is ids 10-19's 1st,
# 20-29's 2nd of January and so on.
file() {
    local name=$1 id
    shift
    {
        echo transaction_id,account_id,ts,amount,currency
        for id; do
            printf 't%s,a%s,2026-01-%02dT10:00:00,%s,EUR\n' "${id%=*}" $((${id%=*} % 3)) $((${id%=*} / 10)) \
                "$([ "$id" = "${id%=*}" ] && echo 1.00 || echo "${id#*=}")"
        done
    } >"$TMPDIR/in/$name"
}
ids() { sql "SELECT string_agg(substr(transaction_id, 2) || CASE WHEN amount = 1 THEN '' ELSE '=' || amount END,
                               ' ' ORDER BY transaction_id) FROM transactions"; }
counts() { sql "SELECT string_agg(concat_ws(' ', regexp_replace(path, '.*/', ''), records, loaded, duplicate, rejected, undone),
                                  ', ' ORDER BY path) FROM ingestion_file"; }

config correct "reject_limit = 2"
fresh
file a.csv 10 11 12 20 21
ingest --json
is "a run says its control totals" '{"EUR":"5.00"}' "$(jq -c .totals <<<"$out")"
file a.csv 10 11=7.50 20 21 22
ingest
is "a corrected file is status 14" 14 "$status"
like "and it says how to load it" "txingest --replace loads it anew" "$log"
ingest --replace --json
is "--replace loads it: a row changed, one removed, one added" "0 10 11=7.50 20 21 22" "$status $(ids)"
is "with its control totals" '{"EUR":"11.50"}' "$(jq -c .totals <<<"$out")"
is "as a run that replaces" "ingest replace" "$(sql "SELECT string_agg(mode, ' ' ORDER BY run_id) FROM ingestion_run
    WHERE status = 'success'")"
is "and nothing is violated" "" "$(violations)"
before=$(dump)
ingest --replace --json
is "again there is nothing to replace" "0 0 1" "$status $(jq -r '"\(.records) \(.skipped)"' <<<"$out")"
is "and nothing is touched" "$before" "$(dump)"

# Control totals, where a date has another file's rows already, and where it has none.
fresh
file a.csv 10 11 20
ingest
file b.csv 12=2.50 20 30=4.00
ingest --json
is "control totals are of what the run loaded, whatever else its dates have" '{"EUR":"6.50"}' "$(jq -c .totals <<<"$out")"
rm "$TMPDIR/in/b.csv"

# Duplicates, and the rows that they are duplicates of.
fresh
file a.csv 10 11 12
file b.csv 12=9.00 11 30 30
ingest --json
is "duplicates across files and in one are counted" "7 4 3" "$(jq -r '"\(.records) \(.loaded) \(.duplicate)"' <<<"$out")"
is "and listed with both places" "b.csv:2 a.csv:4 9.00|b.csv:3 a.csv:3 1.00|b.csv:5 b.csv:4 1.00" "$(sql "
    SELECT string_agg(concat_ws(' ', regexp_replace(f.path, '.*/', '') || ':' || d.line,
                                regexp_replace(o.path, '.*/', '') || ':' || d.first_line, d.amount), '|' ORDER BY d.file_id, d.line)
      FROM duplicate_record d JOIN ingestion_file f ON f.file_id = d.file_id
      JOIN ingestion_file o ON o.file_id = d.first_file_id")"
is "nothing is violated" "" "$(violations)"
file a.csv 13 11 10
ingest --replace
is "a record that its file does not bring any more is taken from the other that does" \
    "0 10 11 12=9.00 13 30" "$status $(ids)"
is "which counts it as loaded" "a.csv 3 3 0 0 0, b.csv 4 2 2 0 0" "$(counts)"
is "and duplicates point to where the row stands now" "" "$(violations)"
like "also the row that moved" "^3$" "$(sql "SELECT first_line FROM duplicate_record WHERE line = 3")"
clean=$(dump)
cp -r "$TMPDIR/in" "$TMPDIR/kept"
fresh
cp "$TMPDIR/kept"/* "$TMPDIR/in"
ingest
is "all of it as if the corrected file had been the first" "$clean" "$(dump)"

# The checkpoint is where the data ends, whoever brought it or took it away.
fresh
file 2026-01-01.csv 10 11
file 2026-01-02.csv 12 20
checkpoint() { sql "SELECT concat_ws(' ', last_date, watermark, last_run) FROM ingestion_state"; }
ingest --date 2026-01-02
is "a date that is loaded by --date has a checkpoint" "0 2026-01-02 2026-01-02 10:00:00+00 1 " "$status $(checkpoint) $(violations)"
ingest
is "which does not go back for an earlier one" "0 2026-01-02 2026-01-02 10:00:00+00 2" "$status $(checkpoint)"
ingest --date 2026-01-02
is "nor moves for a re-run" "0 2026-01-02 2026-01-02 10:00:00+00 2" "$status $(checkpoint)"
file 2026-01-02.csv 12
ingest --replace
is "but when the newest date is corrected away" "0 2026-01-01 2026-01-01 10:00:00+00 4 " "$status $(checkpoint) $(violations)"

# Undo.
fresh
file a.csv 10 11 20
ingest
before=$(dump)
file b.csv 11 21 30 31
echo broken >>"$TMPDIR/in/b.csv"
ingest -s t
is "a second run brings more" "3 10 11 20 21 30 31" "$status $(ids)"
ingest undo 2 --json
is "undo takes out what it brought" "0 10 11 20 undone" "$status $(ids) $(sql "SELECT status FROM ingestion_run WHERE run_id = 2")"
is "and says nothing of its lists" "0 0" "$(sql "SELECT count(*) FROM duplicate_record") $(sql "SELECT count(*) FROM rejected_record")"
is "its file stays in the ledger" "a.csv 3 3 0 0 0, b.csv 5 0 0 0 5" "$(counts)"
is "rollups, anomalies and the checkpoint are as before" \
    "$(grep -v '^f|' <<<"$before")" "$(dump | grep -v '^f|')"
is "nothing is violated by an undo" "" "$(violations)"
ingest
is "the next run does not load it again" "0 10 11 20" "$status $(ids)"
ingest --replace
is "but --replace does" "3 10 11 20 21 30 31" "$status $(ids)"
is "and nothing is violated by that" "" "$(violations)"
ingest undo 1
is "of a run that is undone, what other files say stays" "0 11 21 30 31" "$status $(ids)"
is "nothing is violated by that either" "" "$(violations)"
ingest undo 1
is "a run is undone once" 2 "$status"
like "and the second time is told" "run 1 is undone already" "$log"
ingest undo 99
is "a run that never was" 2 "$status"
ingest undo
is "or no run at all" 2 "$status"

# What was rejected: listed, exported, corrected, loaded.
fresh
config rejects "reject_limit = 100%"
printf 'transaction_id,account_id,ts,amount,note\n1,a,2026-01-01,1.00,x\n2,a,never,2.00,"two\nlines"\n3,,2026-01-01,3.00,x\n4,a,2026-01-01\n' >"$TMPDIR/in/one,two.csv"
ingest
ingest rejects
is "rejects are listed by their places" "$TMPDIR/in/one,two.csv:3: column 'ts': 'never' is not YYYY-MM-DD[ HH:MM[:SS]] (ISO 8601)
$TMPDIR/in/one,two.csv:5: column 'account_id': is empty
$TMPDIR/in/one,two.csv:6: 3 fields where the header has 5" "$out"
ingest rejects --json
is "as JSON, too" "3 ts time 63" "$(head -n 1 <<<"$out" | jq -r '"\(.line) \(.column) \(.reason) \(.byte_offset)"')"
ingest rejects --export
is "exported with their header, and where and why they were rejected" "rejected_file,rejected_line,rejected_column,rejected_reason,transaction_id,account_id,ts,amount,note
\"$TMPDIR/in/one,two.csv\",3,ts,time,2,a,never,2.00,\"two
lines\"
\"$TMPDIR/in/one,two.csv\",5,account_id,empty,3,,2026-01-01,3.00,x
\"$TMPDIR/in/one,two.csv\",6,,field_count,4,a,2026-01-01" "$out"
sed 's/never/2026-01-02/; s/,3,,/,3,b,/; s/,4,a,2026-01-01$/&,4.00,x/' <<<"$out" >"$TMPDIR/in/corrected.csv"
ingest
is "the corrected export loads" "0 4" "$status $(sql 'SELECT count(*) FROM transactions')"
ingest rejects
is "what was corrected is not open any more" "" "$out"
ingest rejects --resolved
is "but resolved, each by its record" "3 $TMPDIR/in/one,two.csv:3: column 'ts': 'never' is not YYYY-MM-DD[ HH:MM[:SS]] (ISO 8601); resolved by $TMPDIR/in/corrected.csv:2 in run 2" \
    "$(wc -l <<<"$out") $(head -n 1 <<<"$out")"
ingest rejects --resolved --json
is "as JSON, too" "2 2 4 5" "$(jq -rs '[.[0].resolved_run, (.[] | .resolved_line | tostring)] | join(" ")' <<<"$out")"
links() { sql "SELECT string_agg(concat_ws(' ', line, resolved_run, resolved_file_id, resolved_line), ', ' ORDER BY file_id, line) FROM rejected_record"; }
before=$(links)
cp "$TMPDIR/in/corrected.csv" "$TMPDIR/in/corrected-again.csv"
ingest
is "a second time it is known" "0 $before 4" "$status $(links) $(sql 'SELECT count(*) FROM transactions')"
{ cat "$TMPDIR/in/corrected.csv"; tail -n 1 "$TMPDIR/in/corrected.csv"; } >"$TMPDIR/in/corrected-more.csv"
ingest
is "in another file its records are duplicates, and resolve nothing again" "0 $before 4" "$status $(links) $(sql 'SELECT count(*) FROM transactions')"
rm "$TMPDIR/in"/corrected-*
ingest rejects 1 --resolved
is "those of one run" 3 "$(wc -l <<<"$out")"
ingest rejects 2 --resolved
is "and of another, which has none" "" "$out"
ingest undo 2
ingest rejects
is "undone, they are open again" 3 "$(wc -l <<<"$out")"
sed 's/2026-01-02/nonsense/' "$TMPDIR/in/corrected.csv" >"$TMPDIR/corrected"
mv "$TMPDIR/corrected" "$TMPDIR/in/corrected.csv"
ingest --replace
ingest rejects
is "a correction that is wrong takes the place of what it was to correct" "$TMPDIR/in/corrected.csv:2" "$(cut -d: -f 1,2 <<<"$out")"
ingest rejects --export
printf '%s\n' "${out/nonsense/2026-01-03}" >"$TMPDIR/in/second.csv"
ingest
ingest rejects
is "until it is right (the fifth is the duplicate in another file, whose turn it was)" " 5" "$out $(sql 'SELECT count(*) FROM transactions')"
is "nothing is violated by that" "" "$(violations)"
ingest rejects x
like "a run is a number" "^2 .*'x' is not a run's number" "$status $log"
printf 'transaction_id,account_id,ts,amount\n1,a,never,1.00\n' >"$TMPDIR/in/other.csv"
printf 'transaction_id,account_id,ts,amount,note\n1,a,never,1.00,x\n' >"$TMPDIR/in/another.csv"
ingest
ingest rejects --export
like "files of two headers are no CSV" "^1 .*(an)?other.csv has another header than the files before it" "$status $log"

# The identity is the database's: whoever would break it is refused.
for table in ingestion_file ingestion_run; do
    for column in records loaded duplicate rejected; do
        sql "UPDATE $table SET $column = $column + 1" >/dev/null 2>"$TMPDIR/log" && fail "$table.$column can be falsified"
        grep -q 'violates check constraint' "$TMPDIR/log" || fail "$table.$column: $(cat "$TMPDIR/log")"
    done
done
pass "records = loaded + duplicate + rejected is a CHECK of files and runs"
