#!/usr/bin/env bash
# make demo's own script: killed in the middle and run again it leaves what one clean run leaves.
. tests/run/lib.sh

demo() { # demo FOLDER start|stop
    (
        cd "$TMPDIR/$1" || exit
        unset PGHOST PGUSER PGDATABASE TXMON_UNSAFE_SERVER
        scripts/demo "$2" >"$TMPDIR/$1.out" 2>&1 </dev/null
    )
}
conninfo() { sed -n 's/^conninfo = //p' "$TMPDIR/$1/var/txmon.conf"; }
in_demo() { # in_demo FOLDER FUNCTION: with its database
    local host
    host=$(conninfo "$1")
    host=${host#host=}
    (
        export PGHOST=${host%% *} PGUSER=txmon PGDATABASE=txmon
        "$2"
    )
}
# The folders' own names are in the ledger.
content() { dump | sed 's|[^|]*/var/in/||'; }

for name in clean killed; do
    mkdir "$TMPDIR/$name"
    ln -s "$PWD/scripts" "$TMPDIR/$name/scripts"
    ln -s "$(realpath "$BUILD")" "$TMPDIR/$name/build"
done
trap 'demo clean stop; demo killed stop
      rm -rf $(sed -n "s/^the database is in \([^:]*\):.*/\1/p" "$TMPDIR"/clean.out.1 "$TMPDIR"/killed.out.1)' EXIT

demo clean start
is "the demo comes to its end" 0 $?
cp "$TMPDIR/clean.out" "$TMPDIR/clean.out.1"
like "it says what was loaded" "^loaded     [0-9]+ transactions of 60 dates" "$(cat "$TMPDIR/clean.out")"
like "it finds all that was planted" "of 14 that were planted .*: 14$" "$(cat "$TMPDIR/clean.out")"
address=$(sed -n 's/^dashboard  \([^ ]*\) .*/\1/p' "$TMPDIR/clean.out")
is "the dashboard is where it says" 200 "$(curl -s -o /dev/null -w '%{http_code}' "$address")"
before=$(in_demo clean content)
demo clean start
is "again it loads nothing twice" "0 $(md5sum <<<"$before")" "$? $(in_demo clean content | md5sum)"
is "and keeps the dashboard where it is" "$address" "$(sed -n 's/^dashboard  \([^ ]*\) .*/\1/p' "$TMPDIR/clean.out")"

demo killed start &
for _ in $(seq 200); do
    [ -e "$TMPDIR/killed/var/txmon.conf" ] &&
        [ "$(psql -XAtqc "SELECT count(*) FROM ingestion_file" "$(conninfo killed)" 2>/dev/null || echo 0)" -gt 10 ] && break
    sleep 0.1
done
pkill -KILL -f "build/txingest --config $TMPDIR/killed/" || fail "there was no run to kill"
wait
is "the killed run was in the middle" yes \
    "$([ "$(psql -XAtqc "SELECT count(*) FROM ingestion_file" "$(conninfo killed)")" -lt 60 ] && echo yes)"
demo killed start
cp "$TMPDIR/killed.out" "$TMPDIR/killed.out.1"
if [ "$(in_demo killed content)" = "$before" ]; then
    pass "after it, the demo leaves what one clean run leaves"
else
    fail "after it, the demo leaves what one clean run leaves" \
        "$(diff <(in_demo killed content) <(echo "$before") | head -n 6)" "$(tail -n 5 "$TMPDIR/killed.out")"
fi
demo killed stop
is "make demo-stop ends it" 0 $?
