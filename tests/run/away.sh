#!/usr/bin/env bash
# What a server can do to txapi: killed, restarted, hanging, out of connections, replaced by another.
# shellcheck disable=SC2154 # status and log are set by ingest
. tests/run/lib.sh

# A server of its own, so that it can be treated badly.
dir=$(mktemp -d /tmp/txmon-away.XXXXXX)
chmod 755 "$dir"
trap 'kill -CONT $(pids) 2>/dev/null; kill $api 2>/dev/null; scripts/cluster stop "$dir/pg"; rm -rf "$dir"' EXIT
start() { PGHOST=$(scripts/cluster start "$dir/pg" -c fsync=off -c max_connections=20 -c superuser_reserved_connections=3); }
postmaster() { head -n 1 "$dir/pg/data/postmaster.pid"; }
pids() { postmaster && pgrep -P "$(postmaster)"; }
start
export PGHOST PGUSER=txmon PGDATABASE=postgres

port=$((20000 + $$ % 12000))
base=http://127.0.0.1:$port
config api "[api]" "listen = 127.0.0.1:$port" "admin = none" "dashboard = $BUILD/dashboard" "timeout = 2s"
ingest migrate
echo "transaction_id,account_id,ts,amount
t1,a,2026-01-05T10:00:00Z,1.00
t2,a,2026-01-06T10:00:00Z,2.00" >"$TMPDIR/in/a.csv"
ingest
sql "CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader"
start_api PGUSER=reader

count="/api/v1/transactions/count?start=2026-01-01&end=2026-02-01"
get() { curl -s -m 10 "$base$1"; }
# answer PATH: status, and whether that came with an age
answer() {
    curl -s -m 10 -o /dev/null -D - "$base$1" | tr -d '\r' |
        awk 'NR == 1 { status = $2 } tolower($1) == "x-txmon-stale:" { stale = " stale" } END { print status stale }'
}
n=0
other() { n=$((n + 1)) && answer "/api/v1/transactions/count?start=2025-01-01&end=2025-01-02&source=$n"; }
until_is() { # until_is WANTED COMMAND…: ten seconds at most; prints what it came to
    local wanted=$1 got
    shift
    for _ in $(seq 100); do
        got=$("$@")
        [ "$got" = "$wanted" ] && break
        sleep 0.1
    done
    echo "$got"
}
ms() { # ms COMMAND…: how long it takes
    local begun
    begun=$(date +%s%N)
    "$@" >/dev/null
    echo $((($(date +%s%N) - begun) / 1000000))
}
sessions() { sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'txapi'"; }

is "all is well" "200 200" "$(answer "$count") $(other)"

kill -KILL "$(postmaster)"
is "killed: what is kept goes out and says how old it is" "200 stale" "$(until_is "200 stale" answer "$count")"
is "all else is 503" 503 "$(n=100 other)"
is "in less than a second" yes "$([ "$(ms answer "$count&source=y")" -lt 1000 ] && echo yes)"
is "it lives" 200 "$(answer /live)"
is "and is not ready" 503 "$(answer /ready)"
for _ in $(seq 50); do # its backends end by themselves
    pgrep -f "^postgres: .*$dir" >/dev/null || break
    sleep 0.1
done
sleep 1
rm -f "$dir/pg/data/postmaster.pid" "$dir"/pg/run/.s.PGSQL.*
start
is "back: what it answers is no longer old" 200 "$(until_is 200 answer "$count")"
is "and all else is answered, too" 200 "$(until_is 200 answer "$count&source=z")"
is "not with more connections than it may have" yes "$([ "$(sessions)" -le 6 ] && echo yes)"

before=$(get "$count" | jq .data.total)
scripts/cluster stop "$dir/pg"
is "stopped: the same" "200 stale" "$(until_is "200 stale" answer "$count")"
# Somebody else at its address counts who comes, and shuts the door, while many ask.
python3 - "$dir/pg/run/.s.PGSQL.5432" >"$TMPDIR/tries" <<'END' &
import os, socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
s.listen(100)
s.settimeout(0.1)
tries, end = 0, time.monotonic() + 4
while time.monotonic() < end:
    try:
        s.accept()[0].close()
        tries += 1
    except socket.timeout:
        pass
print(tries)
os.unlink(sys.argv[1])
END
door=$!
for asker in $(seq 8); do
    for i in $(seq 20); do
        n=$((asker * 100 + i)) other
    done >>"$TMPDIR/turned_away" &
    askers+=" $!"
done
# shellcheck disable=SC2086
wait $door $askers
is "while 160 questions are 503" "160 503" "$(sort "$TMPDIR/turned_away" | uniq -c | sed 's/^ *//')"
is "it tries again now and then, and not for each of them" "" "$(awk '$1 < 1 || $1 > 20 { print $1 " times" }' "$TMPDIR/tries")"
start
echo "t3,a,2026-01-07T10:00:00Z,3.00" >>"$TMPDIR/in/a.csv"
ingest
is "restarted, with other data: the first answer that is not called old is the new one" "2 3" \
    "$before $(until_is 200 answer "$count" >/dev/null && sleep 0.2 && get "$count" | jq .data.total)"

# shellcheck disable=SC2046
kill -STOP $(pids)
is "hanging: what is kept goes out" "200 stale" "$(until_is "200 stale" answer "$count")"
is "all else is 503" 503 "$(n=200 other)"
is "at once, as it is known to be away" yes "$([ "$(ms answer "$count&source=h")" -lt 1000 ] && echo yes)"
# shellcheck disable=SC2046
kill -CONT $(pids)
is "when it goes on, so does txapi" 200 "$(until_is 200 answer "$count&source=i")"

hold_tables 4 "hour_count"
is "slow: a question that takes too long is 503" "503" "$(answer "/api/v1/transactions/count?start=2026-01-02&end=2026-02-01&tz=Asia/Tokyo")"
is "while what is kept is answered, and is not old" 200 "$(answer "$count")"
wait $locker
is "then it is answered" 200 "$(answer "/api/v1/transactions/count?start=2026-01-02&end=2026-02-01&tz=Asia/Tokyo")"

# Everybody's connections are taken, then txapi loses its own.
takers=
for _ in $(seq 25); do
    PGUSER=reader psql -XAtqc "SELECT pg_sleep(6)" >/dev/null 2>&1 &
    takers+=" $!"
done
sleep 0.7
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'txapi'" >/dev/null
for _ in $(seq 10); do
    PGUSER=reader psql -XAtqc "SELECT pg_sleep(5)" >/dev/null 2>&1 &
    takers+=" $!"
done
sleep 0.3
like "out of connections: it answers what it has, or 503" "^200( stale)? (200|503)$" "$(answer "$count") $(n=300 other)"
# shellcheck disable=SC2086
wait $takers
is "when there are some again, it takes them" 200 "$(until_is 200 answer "$count&source=c")"

# Another server in the place of the first, with other data.
scripts/cluster stop "$dir/pg"
mv "$dir/pg" "$dir/old"
start
ingest migrate
rm "$TMPDIR"/in/*
echo "transaction_id,account_id,ts,amount
n1,a,2026-01-05T10:00:00Z,1.00" >"$TMPDIR/in/b.csv"
ingest
sql "CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader"
is "replaced: the answer is the new server's" 1 "$(until_is 200 answer "$count" >/dev/null && sleep 1.2 && get "$count" | jq .data.total)"
kill -TERM $api
wait $api
is "it ends with status 0" 0 $?
