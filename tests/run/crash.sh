#!/usr/bin/env bash
# txingest killed with SIGKILL at random moments, and its backend too: after each nothing is
# violated, and the next run makes all of it whole, as one clean run would have.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

kills=${CRASH_KILLS:-25}
RANDOM=${CRASH_SEED:=$$}

config crash "leaf = auto" "[detector velocity]" "floor = 4"
LC_ALL=C awk -f scripts/sample DIR="$TMPDIR/in" DATES=9 ROWS=1500
ingest migrate

started=$(date +%s%N)
ingest
took=$((($(date +%s%N) - started) / 1000000)) # ms
is "a clean run gives what is to be compared with" 3 "$status"
clean=$(dump)

bad=
healed=0
empty
for ((i = 1; i <= kills; i++)); do
    delay=$((RANDOM % (took / 2 + 1)))
    "$BUILD/txingest" >/dev/null 2>"$TMPDIR/log" &
    pid=$!
    sleep "$(printf '0.%03d' "$((delay < 1000 ? delay : 999))")"
    if ((i % 4 == 0)); then
        sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'txingest'" >/dev/null
    else
        kill -KILL $pid 2>/dev/null
    fi
    wait $pid 2>/dev/null
    wait_for_backend
    found=$(violations)
    [ -z "$found" ] || bad+="after kill $i: $found"$'\n'
    # Whole already? Then compare, and begin anew.
    if [ "$(sql 'SELECT count(*) FROM ingestion_file WHERE bytes_done = size')" = 9 ]; then
        [ "$(dump)" = "$clean" ] || bad+="after kill $i the result is another"$'\n'
        healed=$((healed + 1))
        empty
    fi
done
is "$kills kills (seed $CRASH_SEED) violate nothing" "" "$bad"

# Its own slices may be without rejected records: those before it were loaded by the runs before it.
ingest
[ "$status" = 0 ] && status=3
is "the run after them ends well" 3 "$status"
if [ "$(dump)" = "$clean" ]; then
    pass "and leaves what one clean run leaves"
else
    fail "and leaves what one clean run leaves" "$(diff <(dump) <(echo "$clean") | head -n 10)"
fi
is "no run is left running" 0 "$(sql "SELECT count(*) FROM ingestion_run WHERE status = 'running'")"
