# shellcheck shell=bash disable=SC2034,SC2154 # what is set here is read by the tests
# For the tests of whole programs, run by scripts/run-tests from the root of the repository beside
# a PostgreSQL of their own (PGHOST, PGUSER, PGDATABASE: an empty database). BUILD is the folder of
# the programs, TMPDIR a private one.

set -u
export LC_ALL=C
: "${BUILD:=build}" "${TMPDIR:?}"

# The test server's fsync is off.
export TXMON_UNSAFE_SERVER=yes

pass() { printf 'ok - %s\n' "$1"; }
fail() {
    printf 'not ok - %s\n' "$1"
    shift
    printf '%s\n' "$@" | sed 's/^/# /'
}

# is SENTENCE WANTED GOT
is() {
    if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "wanted: $2" "got:    $3"; fi
}

# like SENTENCE PATTERN GOT: an extended regular expression that a line of GOT must match
like() {
    if grep -qE -- "$2" <<<"$3"; then pass "$1"; else fail "$1" "wanted: $2" "got:    $3"; fi
}

sql() { psql -XAtq -v ON_ERROR_STOP=1 -c "$1"; }

# hold_tables SECONDS TABLES: nobody can read them for so long, from its return on; sets locker, to wait for
hold_tables() {
    sql "BEGIN; LOCK TABLE $2 IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep($1); ROLLBACK" >/dev/null &
    locker=$!
    for _ in $(seq 500); do
        [ -n "$(sql "SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted LIMIT 1")" ] && return
        sleep 0.02
    done
}

# config NAME [LINE…]: a configuration with one source "t" that reads $TMPDIR/in; where the test has set
# detectors=off, without them: judging takes longer than loading, and many tests are of that alone
config() {
    local file=$TMPDIR/$1.conf
    shift
    {
        printf '[source t]\npath = %s/in\nsettle = 0s\n' "$TMPDIR"
        printf '%s\n' "$@"
        [ "${detectors:-}" != off ] || scripts/no-detectors
    } >"$file"
    export TXMON_CONFIG=$file
    mkdir -p "$TMPDIR/in"
}

# ingest [OPTION…]: runs txingest; sets status, out (standard output) and log (standard error)
ingest() {
    "$BUILD/txingest" "$@" >"$TMPDIR/out" 2>"$TMPDIR/log" </dev/null
    status=$?
    out=$(cat "$TMPDIR/out")
    log=$(cat "$TMPDIR/log")
}

# take_ports: ten ports of 127.0.0.1, port the first of them, that nobody listens on; each test begins elsewhere
take_ports() {
    local block=$$ each
    while :; do
        port=$((20000 + block++ % 1200 * 10))
        for each in $(seq "$port" $((port + 9))); do
            (: <"/dev/tcp/127.0.0.1/$each") 2>/dev/null && continue 2
        done
        return 0
    done
}

# start_api [VARIABLE=VALUE…] [COMMAND…]: txapi by $TXMON_CONFIG (as the command's), until it answers at $base, or
# has ended, thirty seconds at most. Its log is $TMPDIR/api.log; sets api, which the test's end has to kill.
start_api() {
    env "$@" "$BUILD/txapi" 2>>"$TMPDIR/api.log" &
    api=$!
    await_api
}
await_api() {
    for _ in $(seq 600); do
        curl -s "$base/live" >/dev/null && return
        kill -0 "$api" 2>/dev/null || return
        sleep 0.05
    done
}

# Until txingest's session runs a statement with that in it, thirty seconds or so at most.
await_query() {
    for _ in $(seq 1500); do
        [ -n "$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'txingest' AND query LIKE '%$1%'")" ] &&
            return
        sleep 0.01
    done
}

# An empty database, migrated, and an empty input folder.
fresh() {
    rm -rf "${TMPDIR:?}/in"
    mkdir -p "$TMPDIR/in"
    sql "DROP SCHEMA public CASCADE; CREATE SCHEMA public;
         GRANT USAGE ON SCHEMA public TO PUBLIC" 2>/dev/null
    ingest migrate
}

# The database as it was migrated, faster than fresh.
empty() {
    sql "DO \$\$ DECLARE t text; BEGIN
           FOR t IN SELECT name FROM leaf LOOP EXECUTE format('DROP TABLE %I', t); END LOOP;
           SELECT string_agg(format('%I', relname), ', ') INTO t FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'schema_migration';
           EXECUTE format('TRUNCATE %s RESTART IDENTITY', t); END \$\$"
}

# Until no session of txingest's is left: the backend of a killed one ends within a second.
wait_for_backend() {
    local _
    for _ in $(seq 500); do
        [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'txingest'" 2>&1)" = 0 ] && return
        sleep 0.01
    done
}

# Everything that a run leaves, without run ids and clocks: the same content gives the same text.
dump() {
    sql "SELECT 't', s.name, tx_date, account_id, transaction_id, ts, amount, currency, merchant_id,
                channel, country, f.path, t.line
           FROM transactions t JOIN source s USING (source_id) JOIN ingestion_file f USING (file_id)
          ORDER BY 2, 3, 4, 5"
    sql "SELECT 's', source_id, tx_date, subject_type, subject_id, currency, n, amount_sum
           FROM subject_day ORDER BY 2, 3, 4, 5, 6"
    sql "SELECT 'h', source_id, tx_date, hour, currency, n, amount_sum FROM hour_count ORDER BY 2, 3, 4, 5"
    sql "SELECT 'a', source_id, tx_date, detector, subject_type, subject_id, currency, transaction_id,
                anomaly_id, observed, expected, lower, upper, score, severity, state, reason
           FROM anomaly ORDER BY 2, 3, 4, 5, 6, 7, 8"
    sql "SELECT 'k', * FROM account_risk ORDER BY 2, 3, 4"
    sql "SELECT 'k', * FROM transaction_risk ORDER BY 2, 3, 4, 5"
    sql "SELECT 'r', path, byte_offset, r.line, column_name, reason, detail, raw
           FROM rejected_record r JOIN ingestion_file f USING (file_id) ORDER BY 2, 3"
    sql "SELECT 'f', path, bytes_done, lines_done, sha256, records, loaded, duplicate, rejected,
                first_date, last_date FROM ingestion_file ORDER BY 2"
    sql "SELECT 'c', source_id, last_date, watermark FROM ingestion_state ORDER BY 2"
}

# What must hold after anything whatever; prints a line for each thing that does not.
violations() {
    sql "SELECT 'file ' || path || ': its rows are not those it counts'
           FROM ingestion_file f
          WHERE loaded <> (SELECT count(*) FROM transactions t WHERE t.file_id = f.file_id)
             OR rejected <> (SELECT count(*) FROM rejected_record r WHERE r.file_id = f.file_id)
             OR duplicate <> (SELECT count(*) FROM duplicate_record d WHERE d.file_id = f.file_id)
         UNION ALL
         SELECT 'a duplicate of file ' || d.file_id || ' has no first one'
           FROM duplicate_record d
          WHERE NOT EXISTS (SELECT FROM transactions t
                             WHERE (t.file_id, t.line) = (d.first_file_id, d.first_line))
         UNION ALL
         SELECT 'rollup of ' || tx_date || ' is not its transactions'
           FROM (SELECT source_id, kept_from FROM source) s
           JOIN ((SELECT source_id, tx_date, count(*) n, sum(amount) a FROM transactions GROUP BY 1, 2) t
           FULL JOIN (SELECT source_id, tx_date, sum(n) n, sum(amount_sum) a FROM subject_day
                       WHERE subject_type = 'total' GROUP BY 1, 2) d USING (source_id, tx_date)
           FULL JOIN (SELECT source_id, tx_date, sum(n) n, sum(amount_sum) a FROM hour_count
                       GROUP BY 1, 2) h USING (source_id, tx_date)) USING (source_id)
          WHERE (tx_date >= kept_from) IS NOT FALSE
            AND ((t.n, t.a) IS DISTINCT FROM (d.n, d.a) OR (t.n, t.a) IS DISTINCT FROM (h.n, h.a))
         UNION ALL
         SELECT 'source ' || name || ' has transactions that were dropped' FROM source s
          WHERE EXISTS (SELECT FROM transactions t WHERE t.source_id = s.source_id AND tx_date < kept_from)
         UNION ALL
         SELECT 'the checkpoint is not where its data ends' FROM ingestion_state c
          WHERE last_date <> (SELECT max(tx_date) FROM transactions t WHERE t.source_id = c.source_id)
             OR watermark <> (SELECT max(ts) FROM transactions t WHERE t.source_id = c.source_id)
         UNION ALL
         SELECT 'there is data without a checkpoint' FROM transactions t
          WHERE NOT EXISTS (SELECT FROM ingestion_state c WHERE c.source_id = t.source_id)" ||
        echo "nothing could be asked"
}
