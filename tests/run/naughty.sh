#!/usr/bin/env bash
# Every string of the Big List of Naughty Strings in every text field comes through byte for byte, into
# the database and, where its record is rejected, out again.
# shellcheck disable=SC2154 # status and log are set by ingest
. tests/run/lib.sh

detectors=off
list=tests/data/blns.json
config naughty "reject_limit = 100%"
fresh

# The n-th string is in the record with the amount n; an id is never empty, a word of at most 255 bytes.
csv() { # csv AMOUNT: with the amount .n for the n-th
    echo transaction_id,account_id,ts,amount,merchant_id,channel,country
    jq -r "to_entries[] | (.key + 1) as \$n
           | (.value | if utf8bytelength > 255 then \"\" else . end) as \$word
           | [(\"t\" + .value), (\"a\" + .value), \"2026-01-01\", $1, .value, \$word, \$word] | @csv" "$list"
}
# shellcheck disable=SC2016 # jq's
csv '$n' >"$TMPDIR/in/good.csv"
ingest
wanted=$(jq length "$list")
is "every naughty string is loaded" "0 $wanted" "$status $(sql 'SELECT sum(loaded) + sum(duplicate) FROM ingestion_file')"
is "byte for byte, in every text field" "0" "$(psql -XAtq -v list="$(cat "$list")" <<'SQL'
SELECT count(*)
  FROM json_array_elements_text(:'list'::json) WITH ORDINALITY AS s (value, n)
 CROSS JOIN LATERAL (SELECT CASE WHEN octet_length(value) > 255 THEN '' ELSE value END) AS w (word)
  LEFT JOIN (SELECT amount, transaction_id, account_id, merchant_id, channel, country FROM transactions UNION ALL
             SELECT amount, transaction_id, account_id, merchant_id, channel, country FROM duplicate_record) AS t ON t.amount = s.n
 WHERE (convert_to(transaction_id, 'UTF8'), convert_to(account_id, 'UTF8'))
         IS DISTINCT FROM (convert_to('t' || value, 'UTF8'), convert_to('a' || value, 'UTF8'))
    OR (coalesce(merchant_id, ''), coalesce(channel, ''), coalesce(country, '')) IS DISTINCT FROM (value, word, word);
SQL
)"
is "and nothing is violated" "" "$(violations)"

fresh
# shellcheck disable=SC2016 # jq's
csv '"x\($n)"' >"$TMPDIR/in/bad.csv"
ingest
is "in records that are rejected they are kept" "3 $wanted" "$status $(sql 'SELECT count(*) FROM rejected_record')"
ingest rejects --export
is "and exported as they came" "$(tail -n +2 "$TMPDIR/in/bad.csv" | sha256sum)" \
    "$(tail -n +2 "$TMPDIR/out" | sed -E "s|^\"?$TMPDIR/in/bad.csv\"?,[0-9]+,amount,number,||" | sha256sum)"
