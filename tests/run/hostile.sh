#!/usr/bin/env bash
# Defaults of the database and of the role, and an environment, that would change what is read and
# written if it were left to them: the same result. Locks that others hold, a full disk, and files that
# change while they are read: a clear refusal, nothing half, and the next run does it.
# shellcheck disable=SC2154 # status and log are set by ingest
. tests/run/lib.sh

config hostile "reject_limit = 50%" "[database]" "retry = 0" "[detector velocity]" "floor = 1"
{
    echo transaction_id,account_id,ts,amount,merchant_id
    printf 't%s,a%s,2026-03-0%s 10:00:00.25,%s.05,"m\\%s ü"\n' 1 1 1 1 1 2 2 4 2 2 3 1 5 3 3 4 1 5 4 4 4 1 5 4 4
    echo 't6,a,03/04/2026,1.00,m'
} >"$TMPDIR/one.csv"
load() { # load [VARIABLE=VALUE…]
    empty
    rm -f "$TMPDIR/in"/*
    cp "$TMPDIR/one.csv" "$TMPDIR/in"
    env "$@" "$BUILD/txingest" >"$TMPDIR/out" 2>"$TMPDIR/log" </dev/null
    status=$?
    log=$(cat "$TMPDIR/log")
}
ingest migrate
load
clean=$(dump)
is "what is to be compared with is there" "3 4" "$status $(sql 'SELECT count(*) FROM transactions')"

# The database's defaults and the role's by turns. plain: how they are looked at.
n=$$
plain=
for setting in default_transaction_read_only=off search_path=public statement_timeout=0 lock_timeout=0 timezone=UTC \
    datestyle=ISO client_encoding=UTF8 bytea_output=hex idle_in_transaction_session_timeout=0 extra_float_digits=1 \
    idle_session_timeout=0 client_min_messages=notice; do
    plain+=" -c $setting"
done
sql "CREATE SCHEMA IF NOT EXISTS evil; CREATE TABLE evil.transactions (x text); CREATE TABLE evil.source (x text)"
for setting in "default_transaction_isolation = 'serializable'" "default_transaction_isolation = 'repeatable read'" \
    "default_transaction_read_only = on" "datestyle = 'SQL, DMY'" "intervalstyle = 'iso_8601'" "timezone = 'Pacific/Apia'" \
    "client_encoding = 'LATIN1'" "search_path = evil" "standard_conforming_strings = off" "bytea_output = 'escape'" \
    "row_security = off" "lock_timeout = 1" "statement_timeout = 100" "extra_float_digits = -15" "enable_hashjoin = off" \
    "lc_messages = 'C'" "lc_numeric = 'C'" "array_nulls = off" "transform_null_equals = on" "xmloption = 'document'" \
    "default_tablespace = ''" "plan_cache_mode = force_generic_plan" "constraint_exclusion = on" \
    "idle_in_transaction_session_timeout = 1" "idle_session_timeout = 1" "client_min_messages = debug5" \
    "session_replication_role = replica" "default_transaction_deferrable = on" "quote_all_identifiers = on" \
    "force_parallel_mode = regress" "escape_string_warning = off" "backslash_quote = off"; do
    whose="DATABASE \"$PGDATABASE\""
    [ $((++n % 2)) = 0 ] || whose="ROLE \"$PGUSER\""
    empty
    sql "ALTER $whose SET $setting"
    cp "$TMPDIR/one.csv" "$TMPDIR/in"
    ingest
    got="$status $(PGOPTIONS=$plain dump)"
    PGOPTIONS=$plain sql "ALTER $whose RESET ALL"
    # The migration's own setting went with the others.
    sql "ALTER DATABASE \"$PGDATABASE\" SET timezone = 'UTC'"
    [ "$got" = "3 $clean" ] || fail "$whose SET $setting" "$log" "$(diff <(echo "$got") <(echo "3 $clean") | head -n 6)"
done
pass "defaults of the database and of the role change nothing"

for variable in PGOPTIONS='-c datestyle=German -c search_path=evil -c timezone=Asia/Tokyo' PGTZ=Pacific/Apia \
    PGDATESTYLE='SQL, DMY' PGCLIENTENCODING=LATIN1 PGAPPNAME=other TZ=Asia/Kathmandu LC_ALL=tr_TR.UTF-8 \
    LC_NUMERIC=de_DE.UTF-8 PGGEQO=off PGCONNECT_TIMEOUT=1 PGTARGETSESSIONATTRS=read-write PGSSLMODE=disable; do
    load "$variable"
    [ "$status $(dump)" = "3 $clean" ] || fail "$variable" "$status $log"
done
pass "nor do PG* and other variables"
load PGSERVICE=none
like "a service that there is none is refused" "^1 .*cannot connect to the database" "$status $log"
load PGTARGETSESSIONATTRS=standby
like "so is a server that is no standby" "^1 .*server is not in hot standby mode" "$status $log"

# Locks that others hold; the run's statement has a deadline.
config hostile "reject_limit = 50%" "[database]" "timeout = 1" "retry = 0"
for lock in "LOCK TABLE transactions" "LOCK TABLE ingestion_file" "LOCK TABLE ingestion_run" "LOCK TABLE source" \
    "LOCK TABLE rejected_record IN SHARE MODE" "SELECT FROM source FOR UPDATE"; do
    load
    cp "$TMPDIR/one.csv" "$TMPDIR/in/two.csv"
    sed -i 's/^t/u/; s/^uran/tran/' "$TMPDIR/in/two.csv"
    mkfifo "$TMPDIR/hold"
    psql -XAtq <"$TMPDIR/hold" >/dev/null 2>&1 &
    pid=$!
    exec 9>"$TMPDIR/hold"
    echo "BEGIN; $lock;" >&9
    until [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND application_name = 'psql'")" = 1 ]; do
        sleep 0.01
    done
    timeout 20 "$BUILD/txingest" 2>"$TMPDIR/log"
    rc=$?
    case $rc in
    1 | 11) ;; # refused
    3) [ "${lock#SELECT}" != "$lock" ] || fail "$lock: the run went on" ;;
    *) fail "$lock: status $rc" "$(cat "$TMPDIR/log")" ;;
    esac
    exec 9>&-
    wait $pid
    rm "$TMPDIR/hold"
    found=$(violations)
    [ -z "$found" ] || fail "$lock: $found"
    ingest
    [ "$(sql 'SELECT count(*) FROM transactions')" = 8 ] || fail "$lock: the next run: $status $log"
done
pass "locks of others end a run in time, and the next one does it"

# No room: the server cannot write its files any more.
config hostile "reject_limit = 50%" "[database]" "retry = 0"
fresh
awk 'BEGIN { print "transaction_id,account_id,ts,amount"; for (i = 0; i < 60000; i++) printf "r%d,a%d,2026-01-01,1\n", i, i % 100 }' \
    >"$TMPDIR/in/large.csv"
if [ "$(id -u)" = 0 ] && mkdir "$TMPDIR/full" && mount -t tmpfs -o size=3m none "$TMPDIR/full" 2>/dev/null; then
    trap 'umount "$TMPDIR/full"' EXIT
    chmod 711 "$TMPDIR" "$(dirname "$TMPDIR")"
    chown postgres "$TMPDIR/full"
    sql "CREATE TABLESPACE small LOCATION '$TMPDIR/full'"
    sql "ALTER DATABASE \"$PGDATABASE\" SET default_tablespace = small"
    ingest
    like "a full disk is a failure that is told" "^1 .*No space left on device" "$status $log"
    is "of which nothing stays" "0 " "$(sql 'SELECT count(*) FROM transactions') $(violations)"
    sql "ALTER DATABASE \"$PGDATABASE\" RESET default_tablespace"
    ingest
    is "with room, the next run loads all of it" "0 60000" "$status $(sql 'SELECT count(*) FROM transactions')"
    fresh
    sql "DROP TABLESPACE small"
else
    pass "a full disk needs a mount of its own # skip"
fi

# Files that change while they are read.
rows() { awk -v n="$1" -v id="$2" 'BEGIN { print "transaction_id,account_id,ts,amount"
    for (i = 0; i < n; i++) printf "%s%d,a%d,2026-01-01,1\n", id, i, i % 100 }'; }
for change in truncate append replace remove; do
    fresh
    rows 400000 r >"$TMPDIR/in/r.csv"
    "$BUILD/txingest" 2>"$TMPDIR/log" &
    pid=$!
    await_query COPY
    case $change in
    truncate) truncate -s 1000000 "$TMPDIR/in/r.csv" ;;
    append) echo "x1,a,2026-01-01,1" >>"$TMPDIR/in/r.csv" ;;
    replace) rows 10 y >"$TMPDIR/new" && mv "$TMPDIR/new" "$TMPDIR/in/r.csv" ;;
    remove) rm "$TMPDIR/in/r.csv" ;;
    esac
    wait $pid
    rc=$?
    case $change$rc in
    truncate1 | append1) # nothing was loaded
        is "a file that is changed ($change) while it is read is not loaded" 0 "$(sql 'SELECT count(*) FROM transactions')"
        like "which is said" "was changed while it was read|is shorter" "$(cat "$TMPDIR/log")"
        ;;
    replace[01] | remove[01]) # what was opened is whole
        is "one that is taken away ($change) is loaded whole, or not at all" 0 "$(($(sql 'SELECT count(*) FROM transactions') % 400000))"
        ;;
    *) fail "$change: status $rc" "$(cat "$TMPDIR/log")" ;;
    esac
    is "and nothing is violated ($change)" "" "$(violations)"
done
