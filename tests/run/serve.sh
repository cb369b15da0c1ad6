#!/usr/bin/env bash
# txapi as a server: what it keeps, whom it lets in, what it says to hostile clients, how it does
# without its database, and how it starts and ends.
# shellcheck disable=SC2154 # status and log are set by ingest
. tests/run/lib.sh

take_ports
base=http://127.0.0.1:$port
admin=http://127.0.0.1:$((port + 1))
api=
serve() { # serve [LINE…]: starts txapi with these lines in [api]
    config api "time_zone = Europe/Berlin" "[api]" "listen = 127.0.0.1:$port" "admin = 127.0.0.1:$((port + 1))" \
        "dashboard = $BUILD/dashboard" "$@"
    start_api
}
trap 'kill $api 2>/dev/null' EXIT
stop() {
    kill -TERM "$api"
    wait "$api"
}
get() { curl -s -m 10 "$base$1" "${@:2}"; }
code() { curl -s -m 10 -o /dev/null -w '%{http_code}' "${@:2}" "$base$1"; }
head_of() { curl -s -m 10 -o /dev/null -D - "${@:2}" "$base$1" | tr -d '\r'; } # head_of PATH [OPTION…]
field() { awk -v name="$1:" 'tolower($1) == tolower(name) { $1 = ""; print substr($0, 2) }'; }
metric() { curl -s -m 10 "$admin/metrics" | awk -v name="$1" '$1 == name { print $2 }'; }

count="/api/v1/transactions/count?start=2026-01-01&end=2026-03-01"
config api "time_zone = Europe/Berlin"
ingest migrate
echo "transaction_id,account_id,ts,amount
t1,a,2026-01-05T10:00:00Z,1.00
t2,a,2026-01-06T10:00:00Z,2.00" >"$TMPDIR/in/a.csv"
serve "rate = 0"
ingest
is "two transactions are there" "0 2" "$status $(get "$count" | jq .data.total)"

# What is kept, once it knows that the run has ended.
for _ in $(seq 100); do
    get "$count" >/dev/null
    [ "$(metric txapi_cache_hits_total)" -gt 0 ] && break
    sleep 0.05
done
etag=$(head_of "$count" | field ETag)
like "an answer has a tag" '^W/"[0-9a-f]{24}"$' "$etag"
is "the same question has the same one, however it is put" "$etag" \
    "$(head_of "/api/v1/transactions/count?end=2026-03-01&start=2026%2D01%2D01&tz=UTC" | field ETag)"
bad=
while read -r wanted list; do
    got=$(code "$count" -H "If-None-Match: $list")
    [ "$got" = "$wanted" ] || bad+="$list: $got"$'\n'
done <<END
304 $etag
304 ${etag#W/}
304 *
304 "x", $etag
304 "a,b" , W/"", $etag
200 "x"
200 ${etag%\"}
200 x, $etag
200 ${etag#W/\"}
END
is "If-None-Match is read as RFC 9110 has it" "" "$bad"
is "also in two lines" 304 "$(code "$count" -H 'If-None-Match: "x"' -H "If-None-Match: $etag")"
is "a 304 has no body, and the tag" "0 $etag" "$(get "$count" -H "If-None-Match: $etag" | wc -c) $(head_of "$count" -H "If-None-Match: $etag" | field ETag)"
before=$(metric txapi_cache_hits_total)
get "$count" >/dev/null
is "what was asked before is not asked again" $((before + 1)) "$(metric txapi_cache_hits_total)"
echo "t3,a,2026-01-07T10:00:00Z,3.00" >>"$TMPDIR/in/a.csv"
ingest
for _ in $(seq 400); do
    total=$(get "$count" | jq .data.total)
    [ "$total" = 3 ] && break
    sleep 0.05
done
is "new data is answered" 3 "$total"
is "and the old tag is not good any more" 200 "$(code "$count" -H "If-None-Match: $etag")"

# Bodies.
is "gzip gives the same bytes" "$(get "$count" | sha256sum)" "$(get "$count" --compressed | sha256sum)"
bad=
while read -r wanted accept; do
    got=$(head_of "$count" -H "Accept-Encoding: $accept" | field Content-Encoding)
    [ "${got:-plain}" = "$wanted" ] || bad+="$accept: $got"$'\n'
done <<'END'
gzip gzip
gzip br;q=1.0, gzip;q=0.8
gzip *
gzip x-gzip
plain identity
plain gzip;q=0
plain gzip;q=0.000, *
plain gzip;q=0.5, identity
plain br
plain gzip;q=x
END
is "Accept-Encoding decides" "" "$bad"
like "caches are told that it does" "Accept-Encoding" "$(head_of "$count" | field Vary)"
length=$(head_of "$count" | field Content-Length)
is "HEAD has GET's length and no body" "$length" "$(curl -sI -m 10 "$base$count" | tr -d '\r' | field Content-Length)"
is "a request's own id comes back" "abc-1.2_3" "$(head_of "$count" -H "X-Request-Id: abc-1.2_3" | field X-Request-Id)"
is "but not one with other things in it" "" "$(head_of "$count" -H "X-Request-Id: a b<c" | field X-Request-Id | grep 'a b')"
is "ids are never the same" 5 "$(for _ in 1 2 3 4 5; do head_of "$count" | field X-Request-Id; done | sort -u | wc -l)"

# The side door.
is "the admin listener knows three paths" "200 200 200 404" "$(for path in live ready metrics x; do
    curl -s -m 10 -o /dev/null -w '%{http_code} ' "$admin/$path"
done | sed 's/ $//')"
is "the metrics are of one form, and no sample is there twice" "" "$(curl -s "$admin/metrics" |
    awk '/^#/ { next } !/^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+$/ || seen[$1]++ { print }')"
is "requests are counted by route and status" yes "$([ "$(metric 'txapi_requests_total{route="/api/v1/transactions/count",status="304"}')" -ge 5 ] && echo yes)"

code "/api/v1/sources?x=1" >/dev/null
is "also those that were refused" 1 "$(metric 'txapi_requests_total{route="/api/v1/sources",status="400"}')"

# Whatever the bytes, one answer or none.
for listener in "$port" $((port + 1)); do
    python3 tests/run/smuggle.py "$listener" >"$TMPDIR/smuggle" 2>&1
    is "no request is read in two ways (port $listener)" "0 242 refused, 14 answered" "$? $(cat "$TMPDIR/smuggle")"
done
is "after all that it answers" 3 "$(get "$count" | jq .data.total)"

# What is too much is refused, and leaves no memory taken.
python3 tests/run/flood.py "$port" "$api" >"$TMPDIR/flood" 2>"$TMPDIR/gained"
is "floods are refused" "0 " "$? $(cat "$TMPDIR/flood")"
case $BUILD in
*/asan | */tsan) pass "memory # skip: the sanitizer keeps what was freed" ;;
*) is "and the memory is back to where it was" "" "$(awk '$1 >= 2048 { print $1 " KiB more" }' "$TMPDIR/gained")" ;;
esac

# Identical questions at the same time are asked once; others do not wait for them.
hold_tables 2 "hour_count"
for _ in $(seq 30); do
    curl -s -m 10 -o /dev/null "$base/api/v1/transactions/count?start=2026-01-02" &
    waiting+=" $!"
done
for _ in $(seq 30); do
    [ "$(metric txapi_questions_asked)" = 0 ] || break
    sleep 0.05
done
is "one question for thirty who ask the same" 1 "$(metric txapi_questions_asked)"
start=$(date +%s%N)
is "what is kept is answered meanwhile" 200 "$(code "$count")"
is "at once" yes "$([ $((($(date +%s%N) - start) / 1000000)) -lt 800 ] && echo yes)"
# shellcheck disable=SC2086
wait $locker $waiting

# What is counted by hours is counted in memory: other ranges are answered without the database.
cut="/api/v1/transactions/count?start=2026-01-05T09:30:00Z&end=2026-01-06T10:00:00"
get "${cut}Z" >/dev/null
get "${cut}.5Z" >/dev/null
hold_tables 2 "hour_count, transactions"
start=$(date +%s%N)
is "a range with other seconds is counted in memory" "1 2 0" "$(for end in 2026-01-06T10:00:00Z 2026-01-06T10:00:00.2Z 2026-01-05T09:59:59Z; do
    get "/api/v1/transactions/count?start=2026-01-05T09:31:00Z&end=$end" | jq .data.total
done | paste -sd' ')"
is "at once" yes "$([ $((($(date +%s%N) - start) / 1000000)) -lt 1900 ] && echo yes)"
wait $locker

# Whatever is asked, no file is opened. The trace has the accepted connections, so that it is seen to be one.
sentence="it has opened no file since it started"
strace -f -qq -e trace=open,openat,openat2,accept,accept4 -o "$TMPDIR/trace" -p "$api" 2>"$TMPDIR/strace" &
tracer=$!
for _ in $(seq 100); do
    [ "$(grep -L '^TracerPid:.*[1-9]' /proc/"$api"/task/*/status | wc -l)" -gt 0 ] || break # each thread
    kill -0 $tracer 2>/dev/null || break
    sleep 0.02
done
if kill -0 $tracer 2>/dev/null; then
    get / >/dev/null
    get "$count" >/dev/null
    get "$count&account=traced" >/dev/null
    get "/api/v1/ingestion/status" >/dev/null
    get "/../../etc/passwd" --path-as-is >/dev/null
    kill $tracer
    wait $tracer
    is "$sentence" "traced " "$(grep -q accept "$TMPDIR/trace" && echo traced) $(grep open "$TMPDIR/trace")"
else
    pass "$sentence # skip: $(head -n 1 "$TMPDIR/strace")"
fi

# Whose it is, and how often.
stop
is "SIGTERM ends it with status 0" 0 $?
echo "# one
0123456789abcdef0123456789abcdef
  fedcba9876543210fedcba9876543210" >"$TMPDIR/tokens"
serve "tokens = $TMPDIR/tokens" "failures = 5" "access_log = yes"
is "without a token nobody is let in" "401 Bearer realm=\"txmon\"" "$(code "$count") $(head_of "$count" | field WWW-Authenticate)"
is "each of the tokens is good" "200 200" "$(code "$count" -H "Authorization: Bearer 0123456789abcdef0123456789abcdef") $(code "$count" -H "authorization: bearer fedcba9876543210fedcba9876543210")"
is "the page's files need none, but nothing else goes out" "200 200 401" \
    "$(code "/?days=7") $(code /app.js) $(code /api/v1/openapi.json)"
echo "ffffffffffffffffffffffffffffffff" >"$TMPDIR/tokens"
kill -HUP "$api"
for _ in $(seq 200); do
    old=$(code "$count" -H "Authorization: Bearer 0123456789abcdef0123456789abcdef")
    [ "$old" = 401 ] && break
    sleep 0.05
done
is "SIGHUP reads them again" "401 200" "$old $(code "$count" -H "Authorization: Bearer ffffffffffffffffffffffffffffffff")"
echo "short" >"$TMPDIR/tokens"
kill -HUP "$api"
for _ in $(seq 200); do
    grep -q "going on with the tokens from before" "$TMPDIR/api.log" && break
    sleep 0.05
done
is "a file that is wrong changes nothing" 200 "$(code "$count" -H "Authorization: Bearer ffffffffffffffffffffffffffffffff")"
for _ in 1 2 3 4 5 6; do code "$count" >/dev/null; done
is "who fails too often has to wait" "429 yes" "$(code "$count") $([ "$(head_of "$count" | field Retry-After)" -gt 0 ] && echo yes)"
is "but who knows a token need not" 200 "$(code "$count" -H "Authorization: Bearer ffffffffffffffffffffffffffffffff")"
like "the access log has the request" 'msg=request client=127.0.0.1 id=.* method=GET target="?/api/v1/transactions/count.* status=429' "$(grep ' msg=request' "$TMPDIR/api.log")"
curl -sI -o /dev/null -H "Authorization: Bearer ffffffffffffffffffffffffffffffff" "$base$count"
is "and no token" "" "$(grep -E '0123456789abcdef0|fffffffff' "$TMPDIR/api.log")"
stop
printf '%s\n' ffffffffffffffffffffffffffffffff >"$TMPDIR/tokens"
like "HEAD has sent no bytes of a body" ' method=HEAD .*status=200 bytes=0 ' "$(grep ' msg=request' "$TMPDIR/api.log")"
serve "rate = 5"
is "too many requests of one address are refused" "429" "$(for _ in $(seq 40); do code /live; echo; done | sort -u | grep 429)"
stop
while IFS='|' read -r sentence wanted lines; do
    # shellcheck disable=SC2086
    IFS=';' read -ra parts <<<"$lines"
    config "other" "[api]" "dashboard = $BUILD/dashboard" "${parts[@]}"
    "$BUILD/txapi" --check >"$TMPDIR/check" 2>&1
    like "$sentence" "$wanted" "$? $(cat "$TMPDIR/check")"
done <<END
every address without tokens is refused|^2 .*not a loopback address|listen = 0.0.0.0:$port
and without a proxy for TLS|^2 .*behind_proxy|listen = 0.0.0.0:$port;tokens = $TMPDIR/tokens
a file of tokens that is not there is told|^2 .*/nowhere: No such file|tokens = $TMPDIR/nowhere
with both it is not|^0 |listen = 0.0.0.0:$port;tokens = $TMPDIR/tokens;behind_proxy = yes
the admin listener is for loopback alone|^2 .*not a loopback|admin = 0.0.0.0:$port
a number out of range is named|^2 .*'0' is not a number from 1 to 64|threads = 0
END

config dump "[api]" "cache = 3" "[database]" "conninfo = host=db.example user='a b' password=s3cret sslpassword=s3cret"
"$BUILD/txapi" --dump-config >"$TMPDIR/dumped.conf" 2>&1
is "the configuration is printed" 0 $?
like "with the file's values" "^cache = 3$" "$(cat "$TMPDIR/dumped.conf")"
is "the defaults" "$(sed -n 's/^ *\[api\] listen .*(default: \(.*\))$/listen = \1/p' <("$BUILD/txapi" --help))" "$(grep '^listen' "$TMPDIR/dumped.conf")"
is "no password" "conninfo = user='a b' host='db.example'" "$(grep conninfo "$TMPDIR/dumped.conf")"
is "and is a configuration, the same one" "$(cat "$TMPDIR/dumped.conf")" "$("$BUILD/txapi" --config "$TMPDIR/dumped.conf" --dump-config 2>&1)"
config dump "[database]" "conninfo = postgresql://u:s3cret@db.example/x"
is "also none of a URI" "conninfo = user='u' dbname='x' host='db.example'" "$("$BUILD/txapi" --dump-config | grep conninfo)"
config dump "[database]" "conninfo = s3cret"
"$BUILD/txapi" --dump-config >"$TMPDIR/dumped" 2>&1
like "what is no connection string is told" "^2 .*conninfo: is no connection string" "$? $(cat "$TMPDIR/dumped")"
is "and not shown" "" "$(grep s3cret "$TMPDIR/dumped")"

# Sockets that systemd opens.
export TXMON_CONFIG=$TMPDIR/api.conf
python3 - "$port" "$BUILD/txapi" <<'END' &
import os, socket, sys
s = [socket.socket() for _ in range(2)]
for i, x in enumerate(s):
    x.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    x.bind(("127.0.0.1", int(sys.argv[1]) + 2 + i))
    x.listen()
fds = [os.dup2(os.dup(x.fileno()), 100 + i, inheritable=True) for i, x in enumerate(s)]
for i, fd in enumerate(fds):
    os.dup2(fd, 3 + i, inheritable=True)
    os.close(fd)
os.environ.update(LISTEN_FDS="2", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], [sys.argv[2]])
END
api=$!
base=http://127.0.0.1:$((port + 2)) await_api
is "two given sockets are the API's and the admin's" "200 200" \
    "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$((port + 2))/api/v1/sources") $(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$((port + 3))/metrics")"
stop

# Few descriptors: it serves again when those who only sit there are gone.
config api "[api]" "listen = 127.0.0.1:$port" "admin = none" "dashboard = $BUILD/dashboard" "patience = 5000"
start_api prlimit --nofile=64
python3 tests/run/slow.py "$port" 200 >"$TMPDIR/slow" 2>&1
is "slow clients are closed in time, and leave it as it was" "0 " "$? $(cat "$TMPDIR/slow")"
for _ in $(seq 300); do
    [ "$(code "$count")" = 200 ] && break
    sleep 0.1
done
is "then it serves again" 200 "$(code "$count")"

# The end: who was asking gets his answer.
hold_tables 2 "hour_count"
code "$count&tz=Asia/Tokyo" >"$TMPDIR/last" &
asker=$!
for _ in $(seq 100); do
    [ -z "$(sql "SELECT 1 FROM pg_stat_activity WHERE application_name = 'txapi' AND wait_event_type = 'Lock'")" ] || break
    sleep 0.02
done
kill -TERM "$api"
wait "$api"
is "it ends in peace" 0 $?
wait $asker $locker
is "after the open request was answered" 200 "$(cat "$TMPDIR/last")"
