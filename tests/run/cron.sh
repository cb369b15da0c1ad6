#!/usr/bin/env bash
# etc/cron.d/txingest under a real cron daemon, for one tick: it loads, and there is nothing to mail.
# shellcheck disable=SC2154 # status and log are set by ingest
. tests/run/lib.sh

if [ "$(id -u)" -eq 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo=sudo; else
    pass "cron is tried # skip: neither root nor sudo without a password"
    exit 0
fi

config cron "default.currency = EUR"
ingest migrate
printf 'transaction_id,account_id,ts,amount\nc1,a,2026-01-01T10:00:00,1\nc2,a,2026-01-02T10:00:00,2\n' >"$TMPDIR/in/cron.csv"
chmod 755 "$TMPDIR" "$TMPDIR/.." "$TMPDIR/in"

# The file as it is shipped: only the minute, the user, the paths and where its output goes differ.
job=/etc/cron.d/txmon-test-$$
line=$(grep -vE '^#|^$|=' etc/cron.d/txingest)
is "the shipped file has one job, for the user txmon" "1 txmon" "$(grep -c . <<<"$line") $(awk '{ print $6 }' <<<"$line")"
{
    grep -E '^[A-Z]+=' etc/cron.d/txingest | sed "s|^PATH=.*|PATH=$(realpath "$BUILD"):/usr/bin:/bin|; s|^MAILTO=.*|MAILTO=\"\"|"
    printf 'PGHOST=%s\nPGUSER=%s\nPGDATABASE=%s\nTXMON_UNSAFE_SERVER=yes\n' "$PGHOST" "$PGUSER" "$PGDATABASE"
    sed -E "s|^[^ ]+|*|; s| txmon | $(id -un) |; s|--config .*|--config $TXMON_CONFIG >>$TMPDIR/mail 2>\&1|" <<<"$line"
} | $sudo tee "$job" >/dev/null
$sudo chmod 644 "$job"
daemon=
trap '$sudo rm -f "$job"; [ -z "$daemon" ] || $sudo kill "$daemon"' EXIT

# Where a cron daemon runs already, a second one ends at once, and the first does the work.
$sudo cron -f 2>/dev/null &
daemon=$!
sleep 1
kill -0 $daemon 2>/dev/null || $sudo kill -0 $daemon 2>/dev/null || daemon=
for _ in $(seq 240); do
    [ "$(sql "SELECT count(*) FROM ingestion_run WHERE status = 'success'")" -gt 0 ] && break
    sleep 0.5
done
is "one tick of cron loads what is there" "2|success" \
    "$(sql "SELECT (SELECT count(*) FROM transactions), (SELECT min(status) FROM ingestion_run)")"
is "and says nothing" "" "$(cat "$TMPDIR/mail")"
