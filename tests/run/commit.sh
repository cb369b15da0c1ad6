#!/usr/bin/env bash
# The answer to a COMMIT is lost: before it reached the server, half way, after the server has committed; with the
# connection closed, or reset.
# The outcome is found out, never guessed: success means that everything is there, once.
# shellcheck disable=SC2154 # status and log are set by ingest
. tests/run/lib.sh

detectors=off
for i in 1 2 3; do
    printf 'transaction_id,account_id,ts,amount\n1%s,a,2026-01-0%s,1.00\n2%s,b,2026-01-0%s,2.00\n' $i $i $i $i \
        >"$TMPDIR/$i.csv"
done

# behind HOW TIMES [KEY…]: a run of which TIMES COMMITs lose their answers
behind() {
    local how=$1 times=$2 pid host=$PGHOST
    shift 2
    config commit "$@"
    fresh
    cp "$TMPDIR"/[123].csv "$TMPDIR/in"
    rm -rf "$TMPDIR/cut"
    mkdir "$TMPDIR/cut"
    "$BUILD/tests/pgcut" "$TMPDIR/cut/.s.PGSQL.5432" "$host/.s.PGSQL.5432" "$how" "$times" &
    pid=$!
    until [ -S "$TMPDIR/cut/.s.PGSQL.5432" ]; do sleep 0.01; done
    PGHOST=$TMPDIR/cut ingest
    kill $pid
    wait $pid 2>/dev/null
    wait_for_backend
}
rows() { sql "SELECT concat_ws(' ', count(*), count(DISTINCT transaction_id), sum(amount)) FROM transactions"; }

for how in before reset half after; do
    behind $how 1 "[database]" "retry = 20"
    is "COMMIT lost $how it: the run finds out and goes on" "0 6 6 9.00" "$status $(rows)"
    like "and says so" "connected again: $([ $how = after ] && echo 1 || echo 0) slices of run 1 were committed" "$log"
    is "nothing is violated" "" "$(violations)"
    behind $how 3 "[database]" "retry = 20"
    is "lost $how it three times, too" "0 6 6 9.00" "$status $(rows)"
    is "and nothing is violated by that" "" "$(violations)"
    behind $how 99 "[database]" "retry = 0"
    is "without trying again it is a failure" 1 "$status"
    is "that violates nothing" "" "$(violations)"
    ingest
    is "and the next run leaves one copy" "0 6 6 9.00" "$status $(rows)"
done
