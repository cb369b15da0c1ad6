#!/usr/bin/env bash
# txingest killed with SIGKILL at the entry of a system call: of one date, of a catch-up of three, of a
# re-run and of a replace of a corrected file. After each nothing is violated, and the same command
# makes it whole. Some calls of each, or with SYSCALL_ALL=yes every single one.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

shots=${SYSCALL_SHOTS:-14}
RANDOM=${SYSCALL_SEED:=$$}
config syscall "reject_limit = 50%" "[database]" "retry = 0" "[detector velocity]" "floor = 1"

# file DATE AMOUNT: five records of the date, a duplicate and a bad one.
file() {
    {
        echo transaction_id,account_id,ts,amount
        printf "t%s,a%s,2026-01-$1T10:00:00,$2\n" 1 1 2 2 3 1 4 1 5 1 5 1
        echo "t6,a,2026-01-$1,x"
    } >"$TMPDIR/in/2026-01-$1.csv"
}

# What is there before shot N of a scenario, and the file contents it is to load.
before() {
    case $1 in
    one | three) empty ;;
    rerun | replace) file 02 $((1 + $2 % 2)).00 ;; # each shot loads what the last one had not
    esac
}

look() { # look WHAT: adds to bad what is wrong now
    local found
    found=$(violations)
    [ -z "$found" ] || bad+="$1: $found"$'\n'
}

# scenario NAME OPTION…
scenario() {
    local name=$1 calls n i=0 step clean=()
    shift
    for i in 0 1; do
        before "$name" "$i"
        ingest "$@"
        clean[i]=$(dump)
    done
    before "$name" 0
    calls=$("$BUILD/tests/killat" 0 "$BUILD/txingest" "$@" 3>&1 >/dev/null 2>&1)
    step=1 n=1 i=0
    [ -n "${SYSCALL_ALL:-}" ] || step=$((calls / shots + 1)) n=$((1 + RANDOM % step))
    bad=
    for (( ; n <= calls; n += step)); do
        i=$((i + 1))
        before "$name" "$i"
        "$BUILD/tests/killat" "$n" "$BUILD/txingest" "$@" >/dev/null 2>&1
        [ $? = 137 ] || bad+="call $n: was not killed"$'\n'
        wait_for_backend
        look "call $n"
        ingest "$@"
        case $status in 0 | 3) ;; *) bad+="call $n: then status $status: $log"$'\n' ;; esac
        look "call $n, healed"
        [ "$(dump)" = "${clean[i % 2]}" ] || bad+="call $n: the result is another"$'\n'
    done
    is "$name: killed at $i of $calls system calls (seed $SYSCALL_SEED), it violates nothing and heals" "" "$bad"
}

ingest migrate
file 01 1.00
scenario one
file 02 1.00
file 03 1.00
scenario three
scenario rerun --date 2026-01-02
scenario replace --replace
is "no run is left running" 0 "$(sql "SELECT count(*) FROM ingestion_run WHERE status = 'running'")"
