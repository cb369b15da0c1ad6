#!/usr/bin/env bash
# make install, and that what is written of the options is what there is.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

make --no-print-directory -s SAN="$(case $BUILD in build) echo none ;; *) basename "$BUILD" ;; esac)" \
    install DESTDIR="$TMPDIR/root" PREFIX=/usr
is "make install puts everything in its place" "$({
    echo etc/cron.d/txingest
    echo etc/txmon/txmon.conf
    echo usr/bin/txapi
    echo usr/bin/txingest
    for file in dashboard/* dygraph.min.js; do
        echo "usr/share/txmon/dashboard/${file#dashboard/}"
    done
} | sort)" "$(cd "$TMPDIR/root" && find . -type f | sed 's|^./||' | sort)"
like "the installed program runs" "^txingest [0-9]" "$("$TMPDIR/root/usr/bin/txingest" --version)"
echo "kept" >"$TMPDIR/root/etc/txmon/txmon.conf"
make --no-print-directory -s SAN="$(case $BUILD in build) echo none ;; *) basename "$BUILD" ;; esac)" \
    install DESTDIR="$TMPDIR/root" PREFIX=/usr
is "and again it leaves the configuration alone" kept "$(cat "$TMPDIR/root/etc/txmon/txmon.conf")"
export TXMON_CONFIG=etc/txmon.conf
ingest
is "the shipped configuration has no source yet" 2 "$status"
like "and says so" "has no \[source NAME\]" "$log"

# Every key of --help is in etc/txmon.conf and in README.md, every option of --help in README.md.
ingest --help
bad=
while read -r key; do
    [[ $key = *'*' ]] && key=${key%\*}
    grep -qE "^#?${key//./\\.}" etc/txmon.conf || bad+="etc/txmon.conf lacks $key"$'\n'
    grep -qF "\`${key%.}" README.md || bad+="README.md lacks $key"$'\n'
done < <(sed -n 's/^  \[[a-z]*\] \([^ ]*\) .*/\1/p' <<<"$out" | grep -v '^\*$')
while read -r option; do
    grep -qF -- "$option" README.md || bad+="README.md lacks $option"$'\n'
done < <(grep -oE -- '--[a-z-]+' <<<"$out" | sort -u)
for exit in 0 1 2 3 10 11 12 13 14; do
    grep -qE "^\| $exit \|" README.md || bad+="README.md lacks the exit status $exit"$'\n'
done
is "help, configuration and README name the same" "" "$bad"

# The unit of txapi, whose sockets are opened for it: 1.0 at most (of 10) by systemd's own measure.
mkdir "$TMPDIR/units"
cp etc/txapi.s* "$TMPDIR/units"
sed -i "s|/usr/local/bin/txapi|$TMPDIR/root/usr/bin/txapi|" "$TMPDIR/units/txapi.service"
is "systemd finds nothing wrong with the units" "" "$(systemd-analyze verify "$TMPDIR"/units/txapi.s* 2>&1 | grep units/)"
systemd-analyze security --no-pager --offline=true --threshold=10 etc/txapi.service >"$TMPDIR/exposure" 2>&1
is "and calls txapi's safe" 0 $?

# The role of txapi.
config roles
ingest migrate
sql "CREATE ROLE txmon_api LOGIN" 2>/dev/null
psql -Xqf etc/roles.sql >/dev/null
bad=
while read -r statement; do
    PGUSER=txmon_api psql -XAtqc "SET default_transaction_read_only = off" -c "$statement" >/dev/null 2>&1 &&
        bad+="$statement"$'\n'
done <<'END'
INSERT INTO source (name, time_zone) VALUES ('x', 'UTC')
DELETE FROM transactions
UPDATE ingestion_state SET last_date = '2026-01-01'
TRUNCATE anomaly
DROP TABLE anomaly
CREATE TABLE public.x (y integer)
ALTER TABLE source ADD x text
SELECT leaf_open('transactions', 1, '2026-01-01', '2026-01-02')
COPY source TO PROGRAM 'true'
CREATE ROLE x
SELECT pg_read_file('/etc/passwd')
END
is "txapi's role can change nothing" "" "$bad"
is "and can read" 0 "$(PGUSER=txmon_api sql "SELECT count(*) FROM transactions")"
