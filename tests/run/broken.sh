#!/usr/bin/env bash
# txapi while a call of libpq's fails, or an allocation: once, or it and every later one, or the connection is
# lost there. No crash, no hang, no wrong answer, and all is well again when it is over. Every call of libpq's fails
# once, which takes no time; of all else some do, or with BROKEN_ALL=yes every single one.
# shellcheck disable=SC2154 # status is set by ingest
. tests/run/lib.sh

kinds=(once for_good cut)
case $BUILD in
*/asan | */tsan) export ASAN_OPTIONS=verify_asan_link_order=0 ;; # their allocator is not ours to make fail
*) kinds+=(nomem_once nomem_for_good) ;;
esac

take_ports
config broken "reject_limit = 50%" "[detector velocity]" "floor = 1" "[api]" "listen = 127.0.0.1:$port" \
    "admin = 127.0.0.1:$((port + 1))" "dashboard = $BUILD/dashboard" "timeout = 5s"
ingest migrate
{
    echo transaction_id,account_id,ts,amount
    printf 't%s,a%s,2026-01-01T10:00:00,1.00\n' 1 1 2 2 3 1 4 1 5 1 5 1
    echo "t6,a,2026-01-01,x"
} >"$TMPDIR/in/1.csv"
ingest
sql "INSERT INTO anomaly (source_id, anomaly_id, tx_date, detector, subject_type, subject_id, currency, transaction_id,
            observed, score, severity, state, reason, params, sql_hash, run_id)
     SELECT 1, left(md5('' || i), 16), '2026-01-01', 'made', 'account', 'a1', 'EUR', '' || i, i, 0.5, 'medium', 'shown', 'made', '{}', 'x', 1
       FROM generate_series(1, 3) AS i"
export PORT=$port
FINDING=$(sql "SELECT left(md5('1'), 16)")
export FINDING
for kind in ${BROKEN_KINDS:-${kinds[@]}}; do
    shots=${BROKEN_SHOTS:-5}
    [ "$kind" != once ] && [ -z "${BROKEN_ALL:-}" ] || shots=0
    python3 tests/run/broken.py "$kind" "$shots" >"$TMPDIR/wrong" 2>"$TMPDIR/met"
    is "a fault ($kind): no crash, no hang, no wrong answer, and then all is well" "0 " "$? $(cat "$TMPDIR/wrong")"
    like "which was met" '^[1-9][0-9]* faults$' "$(cat "$TMPDIR/met")"
done
