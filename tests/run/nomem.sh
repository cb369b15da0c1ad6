#!/usr/bin/env bash
# An allocation of txingest's fails, and then it and every later one: no crash, no hang, nothing half,
# and the next run makes it whole. Some allocations, or with NOMEM_ALL=yes every single one.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

case $BUILD in
*/asan | */tsan)
    pass "the sanitizers' allocator is not ours to make fail # skip"
    exit
    ;;
esac

RANDOM=${NOMEM_SEED:=$$}
config nomem "reject_limit = 50%" "[database]" "timeout = 3" "retry = 2" "[detector velocity]" "floor = 1"
ingest migrate
{
    echo transaction_id,account_id,ts,amount
    printf 't%s,a%s,2026-01-01T10:00:00,1.00\n' 1 1 2 2 3 1 4 1 5 1 5 1
    echo "t6,a,2026-01-01,x"
} >"$TMPDIR/in/1.csv"
sed '1!s/^t/u/; s/2026-01-01/2026-01-02/' "$TMPDIR/in/1.csv" | gzip >"$TMPDIR/in/2.csv.gz"
ingest
clean=$(dump)
empty

# count [VARIABLE=VALUE]: the allocations of a run
count() {
    env "$@" LD_PRELOAD="$BUILD/tests/nomem.so" NOMEM_COUNT="$TMPDIR/count" "$BUILD/txingest" 2>/dev/null
    cat "$TMPDIR/count"
}
before=$(count PGHOST=/nowhere) # it connects
all=$(count)

# fails N [VARIABLE=VALUE…]: a run whose N-th allocation fails; sets rc
fails() {
    local n=$1
    shift
    timeout -s KILL 30 env "$@" LD_PRELOAD="$BUILD/tests/nomem.so" NOMEM_AT="$n" "$BUILD/txingest" \
        >/dev/null 2>"$TMPDIR/log"
    rc=$?
}

# try N [VARIABLE=VALUE…]: adds to bad what is wrong then, and after the next run
try() {
    local n=$1 found
    empty
    fails "$@"
    wait_for_backend
    case $rc in
    0 | 3) [ "$(dump)" = "$clean" ] || bad+="$n: status $rc, and not all is there"$'\n' ;;
    1 | 2 | 11) ;;
    *) bad+="$n: status $rc: $(tail -n 1 "$TMPDIR/log")"$'\n' ;;
    esac
    found=$(violations)
    [ -z "$found" ] || bad+="$n: $found"$'\n'
    ingest
    [ "$(dump)" = "$clean" ] || bad+="$n: the next run (status $status) leaves something else"$'\n'
}

# each FIRST LAST SHOTS COMMAND…: COMMAND for some of the allocations from FIRST to LAST; sets bad and tried
each() {
    local n=$1 last=$2 step=$((($2 - $1) / $3 + 1))
    shift 3
    bad='' tried=0
    if [ -n "${NOMEM_ALL:-}" ]; then step=1; else n=$((n + RANDOM % step)); fi
    for (( ; n <= last; n += step)); do
        "$1" "$n" "${@:2}"
        tried=$((tried + 1))
    done
}

# Before there is a connection, nothing but the status can be wrong.
status_alone() {
    fails "$@" PGHOST=/nowhere
    case $rc in 1 | 2) ;; *) bad+="$1: status $rc: $(tail -n 1 "$TMPDIR/log")"$'\n' ;; esac
}

for kind in ONCE FOR_GOOD; do
    bad=''
    for n in $(seq 20); do status_alone "$n" "NOMEM_$kind=yes"; done
    is "each of the first 20, which are the configuration's, fails $kind: status 1 or 2" "" "$bad"
    each 1 "$before" 150 status_alone "NOMEM_$kind=yes"
    is "$tried of $before allocations before the connection fail $kind (seed $NOMEM_SEED): status 1 or 2" "" "$bad"
    each "$before" "$all" "${NOMEM_SHOTS:-12}" try "NOMEM_$kind=yes"
    is "$tried of $((all - before)) after it: no crash, no hang, nothing half" "" "$bad"
done
