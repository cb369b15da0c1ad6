#!/usr/bin/env bash
# Every command under faults: an allocation fails, a call of libpq's fails, once or for good, or loses the
# connection, SIGKILL at a system call. Success is told of what is whole alone, nothing is half, and the same
# command leaves then what it leaves without a fault. One of each, or with COMMANDS_ALL=yes every single one.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

RANDOM=${COMMANDS_SEED:=$$}
kinds=(once for_good cut)
case $BUILD in
*/asan | */tsan) export ASAN_OPTIONS=verify_asan_link_order=0 ;; # their allocator is not ours to make fail
*) kinds+=(nomem_once nomem_for_good kill) ;;
esac

# file DATE AMOUNT: a file of three records, one of them bad, and one that is there already
file() {
    printf '%s\n' transaction_id,account_id,ts,amount "$1a,a,2026-01-$1T10:00:00,$2" "$1b,b,2026-01-$1T11:00:00,2" \
        "$1b,b,2026-01-$1T11:00:00,2" "$1c,c,2026-01-$1,x" >"$TMPDIR/in/2026-01-$1.csv"
}
mkdir "$TMPDIR/detectors"
cat >"$TMPDIR/detectors/large.sql" <<'END'
-- param least = 9  the smallest amount
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       NULL AS expected, NULL AS lower, NULL AS upper, 0.6 AS score, 'it is large' AS reason
  FROM transactions
 WHERE source_id = :'source'::integer AND tx_date = :'date'::date AND amount >= :'least'::numeric;
END
common=("reject_limit = 50%" "[database]" "timeout = 3" "retry = 0" "[ingest]" "detectors = $TMPDIR/detectors")
detectors=off
config drop "retain_days = 1" "${common[@]}"
config commands "${common[@]}"

# What all of them find: two dates, the second of them corrected since, a finding, a suppression, a verdict.
ingest migrate
file 01 10
file 02 10
ingest
ingest suppress large account:z --from 2026-01-01 --until 2026-01-09 --reason known
printf 'transaction_id,verdict,decided_on\n%s\n' 01b,fraud,2026-01-05 >"$TMPDIR/v.csv"
ingest verdicts "$TMPDIR/v.csv"
echo 02a,fraud,2026-01-06 >>"$TMPDIR/v.csv"
file 02 11
finding=$(sql "SELECT anomaly_id FROM anomaly WHERE tx_date = '2026-01-01'")

own=$PGDATABASE
psql -Xqd postgres -c "ALTER DATABASE \"$own\" RENAME TO \"$own full\"" -c "CREATE DATABASE \"$own none\""
trap 'psql -Xqd postgres -c "DROP DATABASE \"$own full\"" -c "DROP DATABASE \"$own none\""' EXIT
# restore full|none
restore() {
    psql -Xqd postgres -c "DROP DATABASE IF EXISTS \"$own\" WITH (FORCE)" \
        -c "CREATE DATABASE \"$own\" TEMPLATE \"$own $1\"" -c "ALTER DATABASE \"$own\" SET timezone = 'UTC'" 2>/dev/null
}
trace() {
    dump
    sql "SELECT DISTINCT detector, subject_id, reason FROM suppression ORDER BY 1, 2, 3"
    sql "SELECT transaction_id, verdict, decided_on, replaced_on FROM verdict ORDER BY 1, 3"
}

# many WHAT: how many of those the command has
many() {
    echo 0 >"$TMPDIR/count"
    case $1 in
    kill) "$BUILD/tests/killat" 0 "$BUILD/txingest" "${command[@]}" 3>"$TMPDIR/count" ;;
    nomem_*) env LD_PRELOAD="$BUILD/tests/nomem.so" NOMEM_COUNT="$TMPDIR/count" "$BUILD/txingest" "${command[@]}" ;;
    *) env LD_PRELOAD="$BUILD/tests/fault.so" FAULT_COUNT="$TMPDIR/count" "$BUILD/txingest" "${command[@]}" ;;
    esac >/dev/null 2>&1
    cat "$TMPDIR/count"
}
# under WHAT N: the command with that fault; sets rc
under() {
    local with=(env)
    case $1 in
    kill) with=("$BUILD/tests/killat" "$2") ;;
    nomem_once) with+=(LD_PRELOAD="$BUILD/tests/nomem.so" NOMEM_AT="$2") ;;
    nomem_for_good) with+=(LD_PRELOAD="$BUILD/tests/nomem.so" NOMEM_AT="$2" NOMEM_FOR_GOOD=yes) ;;
    *) with+=(LD_PRELOAD="$BUILD/tests/fault.so" FAULT_AT="$2" FAULT="$1") ;;
    esac
    timeout -s KILL 30 "${with[@]}" "$BUILD/txingest" "${command[@]}" >"$TMPDIR/out" 2>"$TMPDIR/log" </dev/null
    rc=$?
}

# shot WHAT N: adds to bad what is wrong
shot() {
    local found
    [ "$reads" = yes ] || restore "$from"
    under "$1" "$2"
    wait_for_backend
    case $rc in
    "$clean_status")
        [ "$reads" != yes ] || cmp -s "$TMPDIR/out" "$TMPDIR/clean" || bad+="$1 $2: status $rc, and its output is another"$'\n'
        [ "$(trace)" = "$clean" ] || bad+="$1 $2: status $rc, and not all is there"$'\n'
        ;;
    1 | 2) ;;
    137) [ "$1" = kill ] || bad+="$1 $2: it hangs"$'\n' ;;
    *) bad+="$1 $2: status $rc: $(tail -n 1 "$TMPDIR/log")"$'\n' ;;
    esac
    if [ "$reads" != yes ]; then
        found=$(violations 2>&1)
        [ -z "$found" ] || [ "$from" = none ] || bad+="$1 $2: $found"$'\n'
        ingest "${command[@]}"
    fi
    [ "$(trace)" = "$clean" ] || bad+="$1 $2: then it is another result (status $status: $log)"$'\n'
}

# try FROM READS COMMAND…: as it is, and under each fault
try() {
    local n last step tried kind from=$1 reads=$2 command=("${@:3}")
    [[ " ${COMMANDS_ONLY:-$3} " == *" $3 "* ]] || return 0
    restore "$from"
    ingest "${command[@]}"
    clean=$(trace) clean_status=$status bad='' tried=0
    cp "$TMPDIR/out" "$TMPDIR/clean"
    for kind in "${kinds[@]}"; do
        [ "$reads" = yes ] || restore "$from"
        last=$(many "$kind")
        step=$((last > 0 ? last : 1)) n=$((1 + RANDOM % step))
        [ -z "${COMMANDS_ALL:-}" ] || n=1 step=${COMMANDS_STEP:-1}
        for (( ; n <= last; n += step)); do
            tried=$((tried + 1))
            shot "$kind" "$n"
        done
    done
    is "${command[*]:0:2}: $tried faults (seed $COMMANDS_SEED): nothing is half, hangs or is told wrong" "" "$bad"
}

try full no run --replace
try full no run --as-new
try full no run --date 2026-01-02
try full no run -c "$TMPDIR/drop.conf" --replace
try full no undo 1
try full no verdicts "$TMPDIR/v.csv"
try full no suppress large '*' --from 2026-01-01 --until 2026-01-09 --reason all
try full no unsuppress 1
try none no migrate
try full yes run --dry-run --replace
try full yes rejects --export
try full yes explain "$finding"
try full yes tune large --set least=9,11 --from 2026-01-01 --to 2026-01-02
try full yes backtest --from 2026-01-01 --to 2026-01-02
try full yes status --json
try full yes check
try full yes validate "$TMPDIR/in/2026-01-02.csv"
try full yes guess "$TMPDIR/in/2026-01-02.csv"
