#!/usr/bin/env bash
# SIGKILL at random moments: of txingest, of its backend, of the whole server; and its session ended. After
# each nothing is violated, success was told of what is there alone, and the next runs make it whole, as
# one clean run would have. CRASH_KILLS makes it longer, CRASH_SEED repeats it.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

kills=${CRASH_KILLS:-20}
RANDOM=${CRASH_SEED:=$$}

# A server of its own: others are not to be killed with it.
chmod 711 "$TMPDIR" "$(dirname "$TMPDIR")"
start_server() {
    local _
    for _ in $(seq 100); do # the last backends of one that was killed are waited for
        PGHOST=$(scripts/cluster start "$TMPDIR/pg" -c fsync=off 2>/dev/null) && sql "SELECT" 2>/dev/null && return
        sleep 0.1
    done
    fail "the server cannot be started" "$(tail -n 5 "$TMPDIR/pg/data/log")"
    exit 1
}
export PGHOST
trap 'scripts/cluster stop "$TMPDIR/pg"' EXIT
own=$PGDATABASE PGDATABASE=postgres
start_server
sql "CREATE DATABASE \"$own\" TEMPLATE template0"
PGDATABASE=$own

config crash "leaf = auto" "[database]" "retry = 5" "[detector velocity]" "floor = 4"
LC_ALL=C awk -f scripts/sample DIR="$TMPDIR/in" DATES=9 ROWS=1500
ingest migrate

started=$(date +%s%N)
ingest
took=$((($(date +%s%N) - started) / 1000000)) # ms
is "a clean run gives what is to be compared with" 3 "$status"
clean=$(dump)

backend() { sql "SELECT $1(pid) FROM pg_stat_activity WHERE application_name = 'txingest'"; }
# strike WHAT PID: the run's, which is under way
strike() {
    local victim _
    case $1 in
    run) kill -KILL "$2" 2>/dev/null ;;
    session) backend pg_terminate_backend >/dev/null ;;
    backend) for victim in $(backend ''); do kill -KILL "$victim" 2>/dev/null; done ;;
    server)
        victim=$(head -n 1 "$TMPDIR/pg/data/postmaster.pid")
        kill -KILL "$victim"
        for _ in $(seq 500); do
            kill -0 "$victim" 2>/dev/null || break
            sleep 0.01
        done
        start_server
        ;;
    esac
}
whole() { [ "$(sql 'SELECT count(*) FROM ingestion_file WHERE bytes_done = size')" = 9 ]; }

bad=
healed=0
targets=(run run run run session backend backend server)
declare -A struck=()
empty
for ((i = 1; i <= kills; i++)); do
    target=${targets[RANDOM % ${#targets[@]}]}
    delay=$((RANDOM % (took / 2 + 1)))
    "$BUILD/txingest" >/dev/null 2>"$TMPDIR/log" &
    pid=$!
    sleep "$((delay / 1000)).$(printf '%03d' $((delay % 1000)))"
    strike "$target" $pid
    struck[$target]=$((${struck[$target]:-0} + 1))
    wait $pid 2>/dev/null
    rc=$?
    wait_for_backend
    found=$(violations)
    [ -z "$found" ] || bad+="after kill $i ($target): $found"$'\n'
    case $rc in
    0 | 3) whole || bad+="after kill $i ($target): status $rc, and not all is there"$'\n' ;;
    1 | 11 | 137) ;;
    *) bad+="after kill $i ($target): status $rc: $(tail -n 1 "$TMPDIR/log")"$'\n' ;;
    esac
    # Whole already? Then compare, and begin anew.
    if whole; then
        [ "$(dump)" = "$clean" ] || bad+="after kill $i ($target) the result is another"$'\n'
        healed=$((healed + 1))
        empty
    fi
done
for target in "${!struck[@]}"; do echo "# $target: ${struck[$target]}"; done
echo "# whole $healed times"
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

# A server that is there, but does not answer any more.
sed '1!s/^T/U/' "$(find "$TMPDIR/in" -name '*.csv' | sort | head -n 1)" >"$TMPDIR/in/more.csv"
psql -Xqc "BEGIN; LOCK TABLE transactions; SELECT pg_sleep(60)" >/dev/null 2>&1 &
until [ -n "$(sql "SELECT pid FROM pg_locks WHERE relation = 'transactions'::regclass AND mode = 'AccessExclusiveLock' AND granted")" ]; do sleep 0.02; done
"$BUILD/txingest" 2>"$TMPDIR/log" &
pid=$!
await_query COPY
server=$(head -n 1 "$TMPDIR/pg/data/postmaster.pid")
mapfile -t processes < <(pgrep -P "$server")
kill -STOP "$server" "${processes[@]}"
kill -TERM $pid
(sleep 20 && kill -KILL $pid) 2>/dev/null &
wait $pid
is "a server that does not answer is not waited for when the run is stopped" 143 $?
kill -CONT "$server" "${processes[@]}"
