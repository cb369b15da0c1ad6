#!/usr/bin/env bash
# txapi over real HTTP: its numbers are psql's, its errors are errors, and it outlives its database.
# shellcheck disable=SC2119,SC2154 # status and log are set by ingest
. tests/run/lib.sh

take_ports
base=http://127.0.0.1:$port
config api "time_zone = Europe/Berlin" "[api]" "listen = 127.0.0.1:$port" "admin = none" "dashboard = $BUILD/dashboard" "timeout = 5s"

trap 'kill $api 2>/dev/null' EXIT
start_api

get() { curl -s -m 10 "$base$1"; }
code() { curl -s -m 10 -o /dev/null -w '%{http_code}' "$@"; }

is "it lives" 200 "$(code "$base/live")"
is "without a schema it is not ready" 503 "$(code "$base/ready")"
like "and says why" "no txmon schema" "$(get /ready)"
is "nor does it count anything" 503 "$(code "$base/api/v1/transactions/count")"
ingest migrate
is "with one it is" 200 "$(code "$base/ready")"
is "an empty database has no sources" '{"data":[],"meta":{"as_of":null,"run_id":null}}' "$(get /api/v1/ingestion/status)"
is "and no transactions" "0 0" "$(get /api/v1/transactions/count | jq -r '"\(.data.total) \(.data.buckets | length)"')"
is "and no anomalies" 0 "$(get /api/v1/anomalies/count | jq .data.total)"

# Half a year with both changes of the clock, and records at the edges of hours.
{
    echo "transaction_id,account_id,ts,amount,currency"
    awk 'BEGIN { for (i = 0; i < 20000; i++) {
        t = 1774652400 + i * 977
        printf "t%d,a%d,%s,%d.%02d,%s\n", i, i % 40, strftime("%Y-%m-%dT%H:%M:%SZ", t, 1), i % 500, i % 100, i % 3 ? "EUR" : "USD" } }' \
        </dev/null
} >"$TMPDIR/in/half.csv" 2>/dev/null
if [ "$(wc -l <"$TMPDIR/in/half.csv")" -lt 20000 ]; then # an awk without strftime
    {
        echo "transaction_id,account_id,ts,amount,currency"
        sql "SELECT concat_ws(',', 't' || i, 'a' || i % 40,
                    to_char(to_timestamp(1774652400 + i * 977) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),
                    to_char(i % 500 + (i % 100) / 100.0, 'FM990.00'), CASE WHEN i % 3 > 0 THEN 'EUR' ELSE 'USD' END)
               FROM generate_series(0, 19999) AS i"
    } >"$TMPDIR/in/half.csv"
fi
ingest
is "half a year is loaded" "0 20000" "$status $(sql 'SELECT count(*) FROM transactions')"

# counted START END TZ BUCKET: what psql counts, bucket by bucket
counted() {
    sql "SELECT string_agg(n::text, ',' ORDER BY b) FROM (
           SELECT date_trunc('$4', ts, CASE '$4' WHEN 'hour' THEN 'UTC' ELSE '$3' END) AS b, count(*) AS n FROM transactions
            WHERE ts >= '$1' AND ts < '$2' GROUP BY 1) AS x"
}
bad=
while read -r start end tz bucket; do
    got=$(get "/api/v1/transactions/count?start=$start&end=$end&tz=$tz&bucket=$bucket" |
        jq -r '[.data.buckets[].n | select(. > 0)] | join(",")')
    [ "$got" = "$(counted "$start" "$end" "$tz" "$bucket")" ] || bad+="$start $end $tz $bucket: $got"$'\n'
done <<'END'
2026-03-28T00:00:00Z 2026-03-31T00:00:00Z UTC day
2026-03-28T00:00:00Z 2026-03-31T00:00:00Z Europe/Berlin day
2026-03-29T00:00:00Z 2026-03-29T05:00:00Z Europe/Berlin hour
2026-05-01T10:20:30Z 2026-05-01T12:40:50Z UTC hour
2026-05-01T10:20:30Z 2026-05-01T10:40:50Z UTC hour
2026-05-01T10:20:30+05:45 2026-05-09T10:40:50-03:30 Asia/Kathmandu day
2026-04-01T00:00:00Z 2026-07-01T00:00:00Z Australia/Lord_Howe week
2026-03-28T00:00:00Z 2026-11-30T00:00:00Z America/St_Johns month
2026-05-01T00:00:00Z 2026-05-02T00:00:00Z Asia/Kolkata hour
END
is "each bucket has psql's count, whatever the range and the zone" "" "$bad"

is "cut anywhere, the parts add up to the whole" \
    "$(sql "SELECT count(*) FROM transactions WHERE ts >= '2026-04-10' AND ts < '2026-05-10'")" \
    "$(for cut in 2026-04-10T00:00:00Z,2026-04-17T03:33:33Z 2026-04-17T03:33:33Z,2026-04-30T23:59:59Z 2026-04-30T23:59:59Z,2026-05-10T00:00:00Z; do
        get "/api/v1/transactions/count?start=${cut%,*}&end=${cut#*,}" | jq .data.total
    done | awk '{ s += $1 } END { print s }')"
is "amounts are exact, a currency each" \
    "$(sql "SELECT string_agg(currency || ' ' || s, ',' ORDER BY currency) FROM
              (SELECT currency, sum(amount) AS s FROM transactions WHERE ts >= '2026-05-01' AND ts < '2026-06-01' GROUP BY 1) AS x")" \
    "$(get "/api/v1/transactions/count?start=2026-05-01&end=2026-06-01" | jq -r '[.data.amounts[] | "\(.currency) \(.amount)"] | join(",")')"
is "a day without transactions is listed, too" "31 0" \
    "$(get "/api/v1/transactions/count?start=2020-01-01&end=2020-02-01" | jq -r '"\(.data.buckets | length) \(.data.total)"')"
is "the default range is the last thirty days of data" \
    "$(sql "SELECT (max(tx_date) + 1) || ' ' || 30 FROM transactions")" \
    "$(get /api/v1/transactions/count | jq -r '"\(.data.end[:10]) \(.data.buckets | length)"')"
is "an unknown source has none" 0 "$(get '/api/v1/transactions/count?source=other' | jq .data.total)"
is "its own has all" "$(get /api/v1/transactions/count | jq .data.total)" "$(get '/api/v1/transactions/count?source=t' | jq .data.total)"
is "anomalies are counted by detector and date" \
    "$(sql "SELECT count(*) || ' ' || coalesce(string_agg(DISTINCT detector, ','), '') FROM anomaly")" \
    "$(get '/api/v1/anomalies/count?start=2026-01-01&end=2027-01-01' |
        jq -r '"\(.data.total) \([.data.by_detector[].detector] | join(","))"')"
is "the state of ingestion is the run's row" \
    "$(sql "SELECT concat_ws(' ', run_id, status, records, loaded, duplicate, rejected, last_date) FROM ingestion_run ORDER BY run_id DESC LIMIT 1")" \
    "$(get /api/v1/ingestion/status | jq -r '.data[0].latest_run | "\(.run_id) \(.status) \(.records) \(.loaded) \(.duplicate) \(.rejected) \(.last_date)"')"
is "meta says which state of the data it is" \
    "$(sql "SELECT max(run_id) FROM ingestion_run")" "$(get /api/v1/anomalies/count | jq -r .meta.run_id)"

# Errors of the client: 400 with the reason, never a 5xx.
bad=
while read -r target; do
    got=$(code --path-as-is "$base$target")
    [ "$got" = 400 ] || bad+="$got $target"$'\n'
done <<'END'
/api/v1/transactions/count?start=yesterday
/api/v1/transactions/count?start=2026-02-30
/api/v1/transactions/count?start=2026-01-01T00:00:00
/api/v1/transactions/count?start=0000-01-01
/api/v1/transactions/count?start=
/api/v1/transactions/count?start=2026-01-02&end=2026-01-01
/api/v1/transactions/count?start=2026-01-01&end=2026-01-01
/api/v1/transactions/count?start=0001-01-01&end=9999-12-31&bucket=hour
/api/v1/transactions/count?start=0001-01-01&end=9999-12-31
/api/v1/transactions/count?bucket=minute
/api/v1/transactions/count?bucket=day%20
/api/v1/transactions/count?bucket=
/api/v1/transactions/count?tz=Mars/Olympus
/api/v1/transactions/count?tz=';DROP
/api/v1/transactions/count?tz=
/api/v1/transactions/count?tz=UTC&tz=UTC
/api/v1/transactions/count?colour=blue
/api/v1/transactions/count?start
/api/v1/transactions/count?source=%
/api/v1/transactions/count?source=%zz
/api/v1/transactions/count?source=%00
/api/v1/transactions/count?source=%ff
/api/v1/transactions/count?source=%c0%af
/api/v1/anomalies/count?bucket=hour
/api/v1/series?subject=a1
/api/v1/series?subject=a1&subject_type=total
/api/v1/anomalies/count?start=2026-01-02&end=2026-01-01
/api/v1/anomalies/count?start=9999-12-31T23:59:59-12:00
/api/v1/ingestion/status?x=1
END
is "a wrong parameter is a 400" "" "$bad"
like "that names it, and those that there are" "colour: there is no such parameter; there are: start, end, bucket, tz, group_by, source, account, merchant" \
    "$(get '/api/v1/transactions/count?colour=blue')"
is "a problem is one by RFC 9457" "application/problem+json 400 Bad Request" \
    "$(curl -s -w '%{content_type}' "$base/api/v1/anomalies/count?x=1" | sed 's/}appl/}\nappl/' | { read -r body; read -r type; echo "$type $(jq -r '"\(.status) \(.title)"' <<<"$body")"; })"
is "naughty text is only text" 200 "$(code --get --data-urlencode "source=' OR 1=1; -- \"<script>𝒳‮" "$base/api/v1/transactions/count")"
is "an unknown path is a 404" 404 "$(code "$base/api/v2/nothing")"
is "and so is one out of the folder" 404 "$(code --path-as-is "$base/../../../etc/passwd")"
is "another method is a 405" "405 GET, HEAD" \
    "$(curl -s -X POST -o /dev/null -D - "$base/live" | tr -d '\r' | awk '/^HTTP/ { s = $2 } /^Allow/ { $1 = ""; a = $0 } END { print s a }')"
is "with a body it is no other" "405 GET, HEAD" \
    "$(curl -s -d '{}' -o /dev/null -w '%{http_code} %header{allow}' "$base/api/v1/sources")"
is "a target too long is a 414" 414 "$(code "$base/live?x=$(printf 'a%.0s' $(seq 3000))")"
is "HEAD has no body" "200 0" "$(curl -sI -o /dev/null -w '%{http_code} %{size_download}' "$base/api/v1/ingestion/status")"

# raw TEXT SECONDS: sends it as it is; prints the status of each answer that comes in so long
raw() {
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return
    printf '%b' "$1" >&3
    timeout "$2" cat <&3 | grep -aoE 'HTTP/1\.[01] [0-9]{3}' | cut -d' ' -f2 | paste -sd' '
    exec 3<&- 3>&-
}
# A connection that is closed while bytes of the client are unread is reset, and takes the answer
# with it: "400 or none" is as good.
bad=
while IFS='|' read -r wanted request; do
    got=$(raw "$request" 0.7 2>/dev/null)
    [ "$got" = "$wanted" ] || [ "$wanted" = 400 ] || got=$(raw "$request" 5 2>/dev/null) # a slow machine
    [ "$got" = "$wanted" ] || { [ "$wanted" = 400 ] && [ -z "$got" ]; } || bad+="got '$got' for $request"$'\n'
done <<'END'
400|GET /live HTTP/1.1\r\n\r\n
400|GET /live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n
400|GET /live HTTP/1.1\r\nHost: a b\r\n\r\n
400|GET /live HTTP/1.1\r\nHost:\r\n\r\n
400|GET /live HTTP/1.1\r\nHost : a\r\n\r\n
400|GET /live HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n
400|GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /live HTTP/1.1\r\nHost: a\r\n\r\n
400|GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello
400|GET /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /live HTTP/1.1\r\nHost: a\r\n\r\n
400|GET /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /live HTTP/1.1\r\nHost: a\r\n\r\n
400|GET /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n
400|GET http://a/live HTTP/1.1\r\nHost: a\r\n\r\n
400|GET * HTTP/1.1\r\nHost: a\r\n\r\n
400|GET /live HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n
405|DELETE /live HTTP/1.1\r\nHost: a\r\n\r\n
405|POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n
200 200|GET /live HTTP/1.1\r\nHost: a\r\n\r\nGET /live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n
200|GET /live HTTP/1.0\r\n\r\n
END
is "what is malformed, or has a body, gets one answer and no second" "" "$bad"

is "the dashboard is served" "200 text/html; charset=utf-8" "$(curl -s -o /dev/null -w '%{http_code} %{content_type}' "$base/")"
etag=$(curl -sI "$base/app.js" | tr -d '\r' | awk '/^ETag/ { print $2 }')
is "and not again when it is known" 304 "$(code -H "If-None-Match: $etag" "$base/app.js")"
like "nothing but its own files may run in it" "default-src 'self'" "$(curl -sI "$base/")"

# The role of txapi can read, and nothing else.
is "its session is read-only" "on" \
    "$(for _ in 1 2 3; do get /ready >/dev/null; done; sql "SELECT DISTINCT 'on' FROM pg_stat_activity WHERE application_name = 'txapi'")"

# The database goes away and comes back.
if [ -n "${TEST_CLUSTER:-}" ]; then
    is "while it is there it answers" 200 "$(code "$base/api/v1/transactions/count")"
    scripts/cluster stop "$TEST_CLUSTER"
    start=$(date +%s%N)
    is "without its database it says so" 503 "$(code "$base/api/v1/transactions/count?start=2001-02-03")"
    is "within a second" yes "$([ $((($(date +%s%N) - start) / 1000000)) -lt 1000 ] && echo yes)"
    is "and it still lives" "200 503" "$(code "$base/live") $(code "$base/ready")"
    like "telling when to come again" "Retry-After: 5" "$(curl -sI "$base/api/v1/transactions/count?start=2001-02-03")"
    like "and what it was asked before it answers, saying how old that is" "^X-Txmon-Stale: [0-9]+" "$(curl -sI "$base/api/v1/transactions/count")"
    scripts/cluster start "$TEST_CLUSTER" -c fsync=off -c max_connections=60 >/dev/null
    for _ in $(seq 300); do
        [ "$(code "$base/ready")" = 200 ] && break
        sleep 0.1
    done
    is "when it is back, so is txapi" 200 "$(code "$base/api/v1/transactions/count")"
fi

# Starting and stopping.
"$BUILD/txapi" 2>"$TMPDIR/second.log"
is "a port in use is a failure" 1 $?
like "that names it" "cannot listen on 127.0.0.1:$port: Address already in use" "$(cat "$TMPDIR/second.log")"
kill -TERM $api
wait $api
is "SIGTERM ends it with status 0" 0 $?
is "and it has logged nothing but the outage" "" "$(grep -vE 'no txmon schema|schema_migration|function count_transactions|database|terminat|connection' "$TMPDIR/api.log")"
config other "[api]" "listen = 0.0.0.0:$port" "dashboard = $BUILD/dashboard"
"$BUILD/txapi" 2>"$TMPDIR/second.log"
is "an address that others can reach is refused" 2 $?
like "with the reason" "is not a loopback address" "$(cat "$TMPDIR/second.log")"
