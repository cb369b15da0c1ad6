#!/usr/bin/env bash
# The same records in any order of files, whole or in pieces, leave the same tables.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

RANDOM=${ORDER_SEED:=$$}
config order "leaf = auto" "[detector velocity]" "floor = 4"
mkdir -p "$TMPDIR/all" "$TMPDIR/made/in"
LC_ALL=C awk -f scripts/sample DIR="$TMPDIR/made/in" DATES=12 ROWS=400

# What does not depend on which file came first: no file names, lines and counters.
content() {
    sql "SELECT tx_date, account_id, transaction_id, ts, amount, currency, merchant_id FROM transactions
          ORDER BY 1, 2, 3"
    sql "SELECT tx_date, subject_type, subject_id, currency, n, amount_sum FROM subject_day ORDER BY 1, 2, 3, 4"
    sql "SELECT tx_date, hour, currency, n, amount_sum FROM hour_count ORDER BY 1, 2, 3"
    sql "SELECT tx_date, detector, subject_id, observed, expected, upper, score, reason FROM anomaly ORDER BY 1, 2, 3"
    sql "SELECT reason, detail, raw FROM rejected_record ORDER BY 3"
    sql "SELECT last_date, watermark FROM ingestion_state"
}

# load FILES…: into an empty schema, one run a file, in that order
load() {
    rm -rf "${TMPDIR:?}/in"
    mkdir "$TMPDIR/in"
    sql "DROP SCHEMA public CASCADE; CREATE SCHEMA public" 2>/dev/null
    ingest migrate
    for file; do
        cp "$file" "$TMPDIR/in/"
        ingest
    done
}

mapfile -t files < <(printf '%s\n' "$TMPDIR"/made/in/*.csv)
load "${files[@]}"
wanted=$(content)

bad=
for round in 1 2 3 4; do
    mapfile -t shuffled < <(shuf --random-source=<(yes "$RANDOM$round") -e "${files[@]}")
    load "${shuffled[@]}"
    [ "$(content)" = "$wanted" ] || bad+="round $round: $(diff <(content) <(echo "$wanted") | head -n 4)"$'\n'
    [ -z "$(violations)" ] || bad+="round $round: $(violations)"$'\n'
done
is "files in any order leave the same (seed $ORDER_SEED)" "" "$bad"

# One file that grows by a few lines at a time.
bad=
head -n 1 "${files[0]}" >"$TMPDIR/grown.csv"
for file in "${files[@]}"; do tail -n +2 "$file" >>"$TMPDIR/grown.csv"; done
load
total=$(wc -l <"$TMPDIR/grown.csv")
at=1
while [ "$at" -lt "$total" ]; do
    at=$((at + 1 + RANDOM % (total / 6)))
    head -n "$at" "$TMPDIR/grown.csv" >"$TMPDIR/in/grown.csv"
    ingest
done
is "a file that grows piece by piece leaves the same" "$wanted" "$(content)"
is "and nothing is violated by it" "" "$(violations)"
