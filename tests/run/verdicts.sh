#!/usr/bin/env bash
# Verdicts: loaded once, whatever their order, counted, kept with their history, and judged with.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

# day D ACCOUNT=AMOUNT…: the file of 2026-01-D, a transaction an account, ids "D-ACCOUNT"
day() {
    local day=$1 one
    shift
    {
        echo transaction_id,account_id,ts,amount,currency
        for one; do
            printf '%s-%s,%s,2026-01-%02dT10:00:00,%s,EUR\n' "$day" "${one%=*}" "${one%=*}" "$day" "${one#*=}"
        done
    } >"$TMPDIR/in/$(printf '2026-01-%02d' "$day").csv"
}
# verdicts LINE…: a file of verdicts; sets $file
verdicts() {
    file=$TMPDIR/verdicts.csv
    printf '%s\n' "$@" >"$file"
}
counts() { jq -r '[.records, .loaded, .duplicate, .rejected, .status] | join(" ")' <<<"$out"; }
table() { sql "SELECT string_agg(concat_ws(' ', transaction_id, account_id, tx_date, verdict, decided_on, replaced_on), '|'
                                 ORDER BY transaction_id, account_id, decided_on) FROM verdict"; }

config verdicts "reject_limit = 5"
fresh
for d in 1 2 3; do day "$d" a=10 b=20; done
ingest
rows=$(sql "SELECT count(*) FROM transactions")
verdicts decided_on,verdict,transaction_id,note 2026-01-05,fraud,1-a,x '2026-01-06,legitimate, 2-b ,y'
ingest verdicts "$file" --json
is "verdicts are loaded, columns found by name" "0 2 2 0 0 success" "$status $(counts)"
is "each with its transaction's account and date" \
    "1-a a 2026-01-01 fraud 2026-01-05 infinity|2-b b 2026-01-02 legitimate 2026-01-06 infinity" "$(table)"
is "by a run of its own mode" "ingest verdicts" "$(sql "SELECT string_agg(mode, ' ' ORDER BY run_id) FROM ingestion_run")"
is "which touches no transaction" "$rows " "$(sql "SELECT count(*) FROM transactions") $(violations)"
ingest status --json
is "txingest status stays with the load" "$rows" "$(jq -r '.. | .loaded? // empty' <<<"$out" | head -1)"
before=$(table)
ingest verdicts "$file" --json
is "the same again is known already" "0 2 0 2 0 success" "$status $(counts)"
is "and changes nothing" "$before" "$(table)"
ingest verdicts - --json <"$file"
ingest_status=$status
"$BUILD/txingest" verdicts - --json <"$file" >"$TMPDIR/out" 2>&1
is "standard input is a file, too" "2 0 2 0" "$(jq -r '[.records, .loaded, .duplicate, .rejected] | join(" ")' "$TMPDIR/out")"
is "an empty one is no verdict" 0 "$ingest_status"

# A later decision, and a correction of one.
verdicts transaction_id,verdict,decided_on 1-a,legitimate,2026-01-09 2-b,fraud,2026-01-06
ingest verdicts "$file" --json -v
is "a later verdict and a corrected one are news" "0 2 2 0 0 success" "$status $(counts)"
like "told apart in the log" "1 new, 1 changed, 0 known already" "$log"
is "the earlier keeps its time, the corrected is replaced" \
    "1-a a 2026-01-01 fraud 2026-01-05 2026-01-09|1-a a 2026-01-01 legitimate 2026-01-09 infinity|2-b b 2026-01-02 fraud 2026-01-06 infinity" "$(table)"
verdicts transaction_id,verdict,decided_on 1-a,fraud,2026-01-07
ingest verdicts "$file" --json
is "one between them stands between them" "2026-01-05 2026-01-07|2026-01-07 2026-01-09|2026-01-09 infinity" \
    "$(sql "SELECT string_agg(decided_on || ' ' || replaced_on, '|' ORDER BY decided_on) FROM verdict WHERE transaction_id = '1-a'")"

# What is wrong with them.
day 4 a=1 b=1
sed -i 's/4-[ab]/4-both/' "$TMPDIR/in/2026-01-04.csv"
ingest
verdicts transaction_id,verdict,decided_on 3-a,maybe,2026-01-09 3-a,fraud,9.1.2026 ,fraud,2026-01-09 \
    4-both,fraud,2026-01-09 3-a,fraud,2026-01-09 3-a,legitimate,2026-01-09
ingest verdicts "$file" --json
is "what is wrong costs its line and no other" "3 6 1 0 5 partial" "$status $(counts)"
for line in "csv:2: rejected: its verdict is neither fraud nor legitimate" "csv:3: rejected: its decided_on is not a date" \
    "csv:4: rejected: its transaction_id is empty" "csv:5: rejected: several accounts have a transaction of this id" \
    "csv:7: rejected: a line above says the opposite"; do
    like "with its line and reason" "$line" "$log"
done
verdicts transaction_id,account_id,verdict,decided_on 4-both,b,fraud,2026-01-09
ingest verdicts "$file"
is "account_id says whose it is" "b" "$(sql "SELECT account_id FROM verdict WHERE transaction_id = '4-both'")"
before=$(table)
verdicts transaction_id,verdict,decided_on 1-b,fraud,2026-01-09 {1..6},no,no
ingest verdicts "$file"
is "beyond reject_limit nothing is kept" "13 $before" "$status $(table)"
verdicts transaction_id,decided_on 1-b,2026-01-09
ingest verdicts "$file"
like "a missing column is named" "^1 .*lacks the column 'verdict'" "$status $log"
shown() { sql_status=$("$BUILD/txingest" status --json); jq -r '.. | objects | select(.status) | "\(.mode) \(.status)"' <<<"$sql_status"; }
is "a run of verdicts that failed is what status shows" "verdicts failure" "$(shown)"
verdicts transaction_id,verdict,decided_on 1-b,fraud,2026-01-09
ingest verdicts "$file"
is "until one does not" "ingest success" "$(shown)"
ingest verdicts "$file" --dry-run
like "what --dry-run cannot do it does not pretend to" "^2 .*--dry-run goes with loading files" "$status $log"
ingest verdicts "$TMPDIR/none.csv"
is "a missing file is an error" 12 "$((status > 0 ? 12 : 0))"

# Verdicts that come before their transactions, and transactions that go.
fresh
day 1 a=10
ingest
verdicts transaction_id,account_id,verdict,decided_on 2-a,,fraud,2026-01-05 2-a,a,fraud,2026-01-05
ingest verdicts "$file"
like "a verdict without its transaction is told" "^0 .*2 verdicts are of transactions that are not there" "$status $log"
is "and waits" "2-a  fraud 2026-01-05 infinity|2-a a fraud 2026-01-05 infinity" "$(table)"
day 2 a=10
ingest
is "until it comes" "2-a a 2026-01-02 fraud 2026-01-05 infinity" "$(table)"
ingest undo 3
is "when it goes, it waits again" "2-a a fraud 2026-01-05 infinity" "$(table)"
ingest --replace
is "for the next one" "2-a a 2026-01-02 fraud 2026-01-05 infinity" "$(table)"

# Killed in the middle, it leaves nothing; the next one does it all.
before=$(table)
verdicts transaction_id,verdict,decided_on 1-a,fraud,2026-01-07 2-a,legitimate,2026-01-08
psql -Xq -c "BEGIN; LOCK verdict; SELECT pg_sleep(60)" >/dev/null 2>&1 &
lock=$!
for _ in $(seq 500); do
    [ "$(sql "SELECT count(*) FROM pg_locks WHERE relation = 'verdict'::regclass AND granted AND mode = 'AccessExclusiveLock'")" = 0 ] || break
    sleep 0.01
done
"$BUILD/txingest" verdicts "$file" >/dev/null 2>&1 &
victim=$!
await_query "JOIN verdict AS v"
kill -9 "$victim"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'txingest' OR query LIKE '%LOCK verdict%pg_sleep%' AND pid <> pg_backend_pid()" >/dev/null
wait "$victim" "$lock" 2>/dev/null
is "killed, it leaves nothing" "$before" "$(table)"
ingest verdicts "$file" --json
is "and the next one does it all" "0 2 2 0 0 success" "$status $(counts)"
is "while the killed one is told" 1 "$(sql "SELECT count(*) FROM ingestion_run WHERE mode = 'verdicts' AND status = 'interrupted'")"
