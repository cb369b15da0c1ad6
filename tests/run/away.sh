#!/usr/bin/env bash
# What a server can do to txapi: killed, restarted, hanging, out of connections, replaced by another.
# shellcheck disable=SC2154 # status and log are set by ingest
. tests/run/lib.sh

# A server of its own, so that it can be treated badly.
dir=$(mktemp -d /tmp/txmon-away.XXXXXX)
chmod 755 "$dir"
trap 'kill -CONT $(pids) 2>/dev/null; kill $api $relay 2>/dev/null; scripts/cluster stop "$dir/pg"; rm -rf "$dir"' EXIT
start() { PGHOST=$(scripts/cluster start "$dir/pg" -c fsync=off -c max_connections=20 -c superuser_reserved_connections=3); }
postmaster() { head -n 1 "$dir/pg/data/postmaster.pid"; }
pids() { postmaster && pgrep -P "$(postmaster)"; }
start
export PGHOST PGUSER=txmon PGDATABASE=postgres

take_ports
base=http://127.0.0.1:$port
admin=http://127.0.0.1:$((port + 1))
relay=
config api "[api]" "listen = 127.0.0.1:$port" "admin = 127.0.0.1:$((port + 1))" "dashboard = $BUILD/dashboard" "timeout = 2s" \
    "patience = 400" # a slow machine has the rest of a second
ingest migrate
echo "transaction_id,account_id,ts,amount
t1,a,2026-01-05T10:00:00Z,1.00
t2,a,2026-01-06T10:00:00Z,2.00" >"$TMPDIR/in/a.csv"
ingest
sql "CREATE ROLE reader LOGIN; GRANT pg_read_all_data TO reader"
start_api PGUSER=reader

count="/api/v1/transactions/count?start=2026-01-01&end=2026-02-01"
get() { curl -s -m 10 "$base$1"; }
# answer PATH: status, whether that came with an age, whether a 503 says when to come again, and whether it
# took a second
answer() {
    curl -s -m 10 -o /dev/null -D - -w 'seconds %{time_total}\n' "${at:-$base}$1" | tr -d '\r' |
        awk '/^HTTP/ { status = $2 } tolower($1) == "x-txmon-stale:" { stale = " stale" }
             tolower($1) == "retry-after:" { retry = 1 } $1 == "seconds" && $2 >= 1 { late = " late" }
             END { print status (status == 503 && !retry ? " for ever" : "") stale late }'
}
other() { answer "/api/v1/risk?source=$(date +%N)"; } # what was never asked before
until_is() { # until_is WANTED COMMAND…: half a minute at most; prints what it came to
    local wanted=$1 got
    shift
    for _ in $(seq 300); do
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
like "killed: what was never asked is 503 in a second, or was answered just before" "^(200|503)$" "$(other)"
is "what is kept goes out and says how old it is" "200 stale" "$(until_is "200 stale" answer "$count")"
is "all else is 503" 503 "$(other)"
is "what is counted from what is kept goes out, too" "200 stale" "$(answer "$count&source=y")"
is "it lives" 200 "$(answer /live)"
is "and is not ready" 503 "$(answer /ready)"
for _ in $(seq 300); do # its backends end by themselves
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
for _ in $(seq 8); do
    for _ in $(seq 20); do
        other
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
is "hanging: all else is 503 in a second, though nobody knows yet" 503 "$(other)"
is "after a second what is kept says that it may be old" "200 stale" "$(until_is "200 stale" answer "$count")"
is "the admin listener waits no longer" "503 200 200" "$(for path in ready live metrics; do
    at=$admin answer /$path
done | paste -sd' ')"
until_is 503 answer /ready >/dev/null
is "once it is known all else is 503 at once" yes "$([ "$(ms answer "/api/v1/risk?source=h")" -lt 500 ] && echo yes)"
# shellcheck disable=SC2046
kill -CONT $(pids)
is "when it goes on, so does txapi" 200 "$(until_is 200 other)"

zone="/api/v1/transactions/count?start=2026-01-02&end=2026-02-01&tz=Asia/Tokyo"
hold_tables 4 "hour_count"
is "slow: a question that takes too long is 503 in a second" 503 "$(answer "$zone")"
is "while what is kept is answered, and is not old" 200 "$(answer "$count")"
wait $locker
is "then it is answered" 200 "$(answer "$zone")"
hold_tables 1.4 "anomaly"
is "slow, and not too slow: likewise" 503 "$(answer "/api/v1/anomalies?q=slow")"
wait $locker
sleep 0.2
hold_tables 1.4 "anomaly"
is "but it has gone on, and who comes again has its answer" 200 "$(answer "/api/v1/anomalies?q=slow")"
wait $locker
hold_tables 4 "ingestion_run"
is "where the state of the data is locked nothing new is answered" 503 "$(other)"
is "and what is kept may be old" "200 stale" "$(until_is "200 stale" answer "$count")"
wait $locker
is "until it is known again" 200 "$(until_is 200 answer "$count")"

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
like "out of connections: it answers what it has, or 503" "^200( stale)? (200|503)$" "$(answer "$count") $(other)"
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

# Packets are dropped: connections that nothing comes through and nobody ends. Then new ones can be made.
mkdir "$dir/relay"
python3 tests/run/relay.py "$dir/relay/.s.PGSQL.5432" "$PGHOST/.s.PGSQL.5432" &
relay=$!
until [ -S "$dir/relay/.s.PGSQL.5432" ]; do sleep 0.02; done
start_api PGUSER=reader PGHOST="$dir/relay"
is "by another way all is well" "200 200" "$(until_is 200 answer "$count") $(other)"
kill -USR1 $relay
is "nothing comes through: all else is 503 in a second" 503 "$(other)"
askers=
for _ in $(seq 6); do
    other >>"$TMPDIR/dropped" &
    askers+=" $!"
done
# shellcheck disable=SC2086
wait $askers
is "however many ask" "6 503" "$(sort "$TMPDIR/dropped" | uniq -c | sed 's/^ *//')"
is "what is kept may be old" "200 stale" "$(until_is "200 stale" answer "$count")"
kill -USR2 $relay
is "new connections are made, and what hung holds nobody up" "200 200" "$(until_is 200 answer "$count") $(until_is 200 other)"
is "nor anybody else" "8 200" "$(for _ in $(seq 8); do other; done | sort | uniq -c | sed 's/^ *//')"
kill -TERM $api
wait $api
is "it ends with status 0, too" 0 $?
