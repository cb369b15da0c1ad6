#!/usr/bin/env bash
# Clients that are slow in every way, all at once: each is closed by its deadline, and nobody else waits.
# shellcheck disable=SC2119,SC2154 # status and log are set by ingest
. tests/run/lib.sh

take_ports
base=http://127.0.0.1:$port
config slow "[api]" "listen = 127.0.0.1:$port" "admin = none" "dashboard = $BUILD/dashboard" "patience = 5000"
ingest migrate
trap 'kill $api 2>/dev/null' EXIT
start_api
is "a hundred each with slow headers, bodies and reading are closed in time, while others are answered" "0 " \
    "$(python3 tests/run/slowly.py "$port" "$api" 100 >"$TMPDIR/slow" 2>&1; echo "$? $(tail -n 5 "$TMPDIR/slow")")"
kill -TERM "$api"
wait "$api"
is "it ends with status 0" 0 $?
