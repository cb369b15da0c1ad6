#!/usr/bin/env bash
# txingest's memory does not grow with what it reads: 100 MB in every shape stay under 64 MiB.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

case $BUILD in
*/asan | */tsan)
    pass "what the sanitizers need is not ours to bound # skip"
    exit
    ;;
esac

limit=$((64 * 1024))
header=transaction_id,account_id,ts,amount,note
config memory "reject_limit = 100%"
ingest migrate

# records N WIDTH: so many of them, over ten dates, with a note of that many bytes
records() {
    awk -v n="$1" -v width="$2" -v header="$header" 'BEGIN {
        for (note = "n"; length(note) < width; note = note note);
        note = substr(note, 1, width)
        print header
        for (i = 1; i <= n; i++)
            printf "t%d,a%d,2026-01-%02dT10:00:00,1.00,%s\n", i, i % 1000, 1 + i * 10 / (n + 1), note }'
}

# peak COMMAND…: its largest resident memory in KiB to $TMPDIR/peak; its status
peak() {
    python3 -c 'import resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status)' "$TMPDIR/peak" "$@"
}

# bounded SENTENCE WANTED GOT: of what was run by peak
bounded() {
    local kib
    kib=$(cat "$TMPDIR/peak")
    is "$1" "$2" "$3"
    if [ "$kib" -lt $limit ]; then pass "within $limit KiB: $kib"; else fail "within $limit KiB" "$kib"; fi
}

got=$(records 100000 1000 | peak "$BUILD/txingest" run - --json | jq -r '"\(.records) \(.loaded)"')
bounded "a stream of 100,000 records, 100 MB, is loaded" "100000 100000" "$got"
records 100000 1000 | zstd -q -1 >"$TMPDIR/a.csv.zst"
got=$(peak "$BUILD/txingest" validate --json "$TMPDIR/a.csv.zst" | jq -r '"\(.records) \(.rejected)"')
bounded "a compressed one is read" "100000 0" "$got"

{ echo "$header"; head -c 100M /dev/zero | tr '\0' x; echo; echo t1,a1,2026-01-01T10:00:00,1.00,; } >"$TMPDIR/line.csv"
got=$(peak "$BUILD/txingest" validate --json "$TMPDIR/line.csv" | jq -r '"\(.records) \(.rejects[].reason)"')
bounded "a line of 100 MB is a record that is rejected" "2 record_length" "$got"
rm "$TMPDIR/line.csv"

records 100000 1000 | sed '2s/^/"/' >"$TMPDIR/quote.csv"
got=$(peak "$BUILD/txingest" validate --json "$TMPDIR/quote.csv" | jq -r '"\(.records) \(.rejected) \(.rejects[].reason)"')
bounded "a quote that is opened before 100 MB costs its line" "100000 1 quote" "$got"
rm "$TMPDIR/quote.csv"

truncate -s 100M "$TMPDIR/zeros.csv"
peak "$BUILD/txingest" validate "$TMPDIR/zeros.csv" 2>"$TMPDIR/log"
bounded "100 MB of NUL bytes are no header" "1 1" "$? $(grep -c 'zeros.csv: the header is longer than' "$TMPDIR/log")"
