#!/usr/bin/env bash
# txingest check: what a run needs, and what to do where it is not so.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

config check "retain_days = 2000"
fresh
printf 'transaction_id,account_id,ts,amount\n1,a,2026-01-01,1.00\n' >"$TMPDIR/in/a.csv"
collated=$(sql "SELECT datcollate IN ('C', 'POSIX') FROM pg_database WHERE datname = current_database()")
ingest check
is "where all is well it says so, a line each" "$([ "$collated" = t ] && echo 0 || echo 1) " "$status $(grep -v '^ok  ' <<<"$out" | grep -v collation)"
like "of the newest file, too" "^ok       source t: $TMPDIR/in/a.csv$" "$out"
ingest check --quiet
is "quietly problems alone" "" "$(grep -v collation <<<"$out")"

# problem SENTENCE PATTERN [OPTION…]
problem() {
    local sentence=$1 pattern=$2
    shift 2
    ingest check "$@"
    like "$sentence" "^1 .*problem  $pattern" "$status $(tr '\n' ' ' <<<"$out")"
}
problem "no database" "connection to the database: cannot connect" --dbname "host=$TMPDIR"
(unset TXMON_UNSAFE_SERVER; "$BUILD/txingest" check >"$TMPDIR/out")
like "unsafe settings" "^problem  settings that a commit depends on: the server runs with fsync = off" "$(cat "$TMPDIR/out")"
createdb -T template0 -E UTF8 --lc-collate=C.UTF-8 --lc-ctype=C.UTF-8 check_collation
problem "a collation that is slow, and no schema" \
    "collation of the database: is C.UTF-8.*--lc-collate=C .*problem  schema: .*run 'txingest migrate'" --dbname dbname=check_collation
dropdb check_collation
sql "CREATE ROLE check_role LOGIN" >/dev/null
problem "a role that does not own the tables" "rights on the tables: role check_role does not own .*transactions.*: connect as $(sql 'SELECT current_user').*GRANT CREATE ON SCHEMA public TO check_role" \
    --dbname "user=check_role"
sql "REVOKE ALL ON SCHEMA public FROM check_role; DROP ROLE check_role" >/dev/null
printf 'id,account_id,ts,amount\n' >"$TMPDIR/in/b.csv"
problem "a header that lacks a column" "source t: $TMPDIR/in/b.csv: the header lacks the required column 'transaction_id'"
rm "$TMPDIR/in/b.csv"
printf '[source gone]\npath = %s/nowhere\n[source zone]\npath = %s\ntime_zone = Mars/Base\n' "$TMPDIR" "$TMPDIR" >>"$TXMON_CONFIG"
problem "a path that is not there, and a zone that none knows" \
    "source gone: $TMPDIR/nowhere: No such file or directory .*correct path.* problem  source zone: .*time_zone: "
config retain "retain_days = 5"
problem "less kept than the detectors look back" "source t: retain_days: 5 days are kept, but the detectors look back [0-9]+"
mkdir "$TMPDIR/own"
printf -- '-- own: is wrong\n-- lookback = 1\nSELECT nonsense FROM transactions\n' >"$TMPDIR/own/own.sql"
config detector
printf '[ingest]\ndetectors = %s/own\n' "$TMPDIR" >>"$TXMON_CONFIG"
problem "a detector that does not run" "detectors: $TMPDIR/own/own.sql:3: .*nonsense"
