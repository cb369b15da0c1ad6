#!/usr/bin/env bash
# Detectors of one's own: they run beside the others, as a role that can write and drop nothing; a
# broken one is told with its line, and nothing else suffers by it.
# shellcheck disable=SC2154 # status, out and log are set by ingest
. tests/run/lib.sh

detectors=$TMPDIR/detectors
mkdir -p "$detectors"
settings=("[ingest]" "detectors = $detectors" "[severity]" "medium = 0.4" "high = 0.6" "critical = 0.9")
config own "${settings[@]}" "[detector large]" "least = 900" "budget = 2"

# own NAME LINE…: a detector of that name and no other
own() {
    rm -f "$detectors"/*.sql
    printf '%s\n' "${@:2}" >"$detectors/$1.sql"
}
# The last columns of a SELECT that finds account a on each date.
found="'account' AS subject_type, 'a' AS subject_id, 'EUR' AS currency, '' AS transaction_id,
 1 AS observed, NULL AS expected, NULL AS lower, NULL AS upper, 0.5 AS score, 'it is a' AS reason"

# begin: an empty database with the roles, and the files of two dates
begin() {
    fresh
    psql -Xq -f etc/roles.sql 2>/dev/null
    for d in 1 2; do
        {
            echo transaction_id,account_id,ts,amount,currency
            for a in 100 890 910 920 930 2000; do echo "$d-$a,a$a,2026-01-0${d}T10:00:00,$a.00,EUR"; done
        } >"$TMPDIR/in/2026-01-0$d.csv"
    done
}
anomalies() { sql "SELECT count(*) FROM anomaly"; }

begin
own large "-- large: a transaction of at least so much" "-- param least = 500  the amount" "-- lookback = 0" \
    "SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed," \
    "       NULL AS expected, NULL AS lower, :'least'::numeric AS upper," \
    "       1 - :'least'::numeric / (2 * amount) AS score, 'at least ' || :'least' AS reason," \
    "       jsonb_build_object('arithmetic', jsonb_build_array(amount || ' >= ' || :'least')) AS evidence" \
    "  FROM transactions" \
    " WHERE source_id = :'source'::integer AND tx_date = :'date'::date AND amount >= :'least'::numeric;"
ingest
is "one that is right finds what it looks for" "0 4 4" "$status $(sql "SELECT string_agg(n::text, ' ') FROM
    (SELECT count(*) n FROM anomaly WHERE detector = 'large' GROUP BY tx_date) t")"
is "with its severity, and beyond its budget as overflow" \
    "a2000 high shown|a930 medium shown|a920 medium overflow|a910 medium overflow" \
    "$(sql "SELECT string_agg(concat_ws(' ', subject_id, severity, state), '|' ORDER BY score DESC) FROM anomaly
             WHERE tx_date = '2026-01-01' AND detector = 'large'")"
is "parameters, hash and evidence are kept" "900 $(sha256sum "$detectors/large.sql" | cut -d' ' -f1) 2000.00 >= 900" \
    "$(sql "SELECT concat_ws(' ', params ->> 'least', sql_hash, evidence -> 'arithmetic' ->> 0) FROM anomaly
             WHERE subject_id = 'a2000' AND tx_date = '2026-01-01'")"
is "an anomaly's id is made of what it is" "$(printf 't|2026-01-01|large|account|a2000|EUR|1-2000' | md5sum | cut -c1-16)" \
    "$(sql "SELECT anomaly_id FROM anomaly WHERE subject_id = 'a2000' AND tx_date = '2026-01-01'")"
before=$(sql "SELECT anomaly_id, score, state FROM anomaly ORDER BY 1")
ingest --from 2026-01-01 --to 2026-01-02
is "and stays in a re-run" "$before" "$(sql "SELECT anomaly_id, score, state FROM anomaly ORDER BY 1")"
rm "$detectors/large.sql"
ingest
like "settings of one that is gone are refused" "^2 .*\[detector large\] least: there is no detector of that name" "$status $log"
for folder in nowhere own.conf; do
    config own "[ingest]" "detectors = $TMPDIR/$folder"
    ingest
    like "a folder of detectors that is none is refused: $folder" \
        "^2 .*own.conf:[0-9]+: \[ingest\] detectors: $TMPDIR/$folder(: No such file or directory| is not a folder)" "$status $log"
done
config own "${settings[@]}"

# Broken ones, each beside one that is right: what it is, the log's words, its lines.
broken() { # broken SENTENCE PATTERN LINE…
    local sentence=$1 pattern=$2
    shift 2
    begin
    own mine "$@"
    printf '%s\n' "SELECT $found" >"$detectors/right.sql"
    ingest
    is "one that $sentence is status 1" 1 "$status"
    like "told by file and line" "$pattern" "$log"
    is "once" 1 "$(grep -c mine.sql <<<"$log")"
    is "and leaves nothing, while the data and the others stay" "12 right=2 success " \
        "$(sql "SELECT (SELECT count(*) FROM transactions) || ' ' || (SELECT string_agg(detector || '=' || n, ',')
                  FROM (SELECT detector, count(*) n FROM anomaly GROUP BY 1) a) || ' ' || status FROM ingestion_run") $(violations)"
    like "and the run keeps what was wrong" "mine.sql" "$(sql "SELECT error FROM ingestion_run")"
}
broken "has a wrong name" "mine.sql:4: .*column .+tx_datum.+ does not exist" "-- mine" "-- lookback = 0" \
    "SELECT $(tr '\n' ' ' <<<"$found") FROM transactions" "WHERE tx_datum = :'date'::date"
broken "is no SQL" "mine.sql:2: .*syntax error" "-- mine" "SELEC 1"
broken "gives too few columns" "mine.sql: .*column d.reason does not exist" "SELECT ${found%, \'it is a*}"
broken "gives a score beyond 1" "mine.sql: .*score is from 0 to 1" "SELECT ${found/0.5 AS/1.5 AS}"
broken "gives no score" "mine.sql: .*null value in column .+score" "SELECT ${found/0.5 AS/NULL AS}"
broken "gives NaN for a number" "mine.sql: .*observed is a number" "SELECT ${found/1 AS observed/\'NaN\'::numeric AS observed}"
broken "finds a subject twice" "mine.sql: .*one finding a subject, currency and transaction" \
    "SELECT $found FROM generate_series(1, 2)"
broken "divides by zero" "mine.sql: .*division by zero" "SELECT ${found/0.5 AS/1 / 0 AS}"
broken "is more than one statement" "mine.sql.*(syntax error|multiple commands)" "SELECT $found; DROP TABLE anomaly"
broken "deletes" "mine.sql.*(read-only|syntax error|top level)" \
    "WITH gone AS (DELETE FROM anomaly RETURNING 1) SELECT $found FROM gone"
broken "drops by a function" "mine.sql.*DROP TABLE is not allowed" \
    "SELECT $found WHERE query_to_xml('DROP TABLE anomaly', true, true, '') IS NOT NULL"
broken "becomes another role to delete" "mine.sql.*DELETE is not allowed" \
    "SELECT $found WHERE set_config('role', 'none', true) IS NOT NULL" \
    "  AND query_to_xml('DELETE FROM transactions', true, true, '') IS NOT NULL"
broken "would write again" "mine.sql.*(read-only|read-write|before any query)" \
    "SELECT $found WHERE set_config('transaction_read_only', 'off', true) IS NOT NULL" \
    "  AND query_to_xml('DELETE FROM transactions', true, true, '') IS NOT NULL"
broken "draws from a sequence" "mine.sql.*cannot execute nextval\(\) in a read-only transaction" \
    "SELECT $found WHERE nextval('ingestion_run_run_id_seq') > 0 AND set_config('role', 'none', true) IS NOT NULL" \
    "   OR set_config('role', 'none', true) IS NOT NULL AND nextval('ingestion_run_run_id_seq') > 0"
broken "reads what it should not" "mine.sql.*permission denied for table ingestion_file" \
    "SELECT $found FROM ingestion_file"

# What is no fault of its own ends the run, so that the next one finds what there is.
begin
disk() { sql "CREATE OR REPLACE FUNCTION disk() RETURNS boolean LANGUAGE plpgsql AS \$\$ BEGIN $1; END \$\$"; }
disk "RAISE 'No space left on device' USING ERRCODE = '53100'"
own mine "SELECT $found WHERE disk()"
ingest
like "a disk that is full under a detector ends the run" "^1 .*No space left on device" "$status $log"
is "and nothing is kept" "0 0" "$(sql "SELECT count(*) FROM transactions") $(anomalies)"
disk "RETURN true"
ingest
is "the next one finds it" "0 12 2 " "$status $(sql "SELECT count(*) FROM transactions") $(anomalies) $(violations)"
sql "DROP FUNCTION disk"

# README's worked example does what it says.
begin
rm -f "$detectors"/*.sql
sed -n '/^    -- round_first:/,/;$/p' README.md | sed 's/^    //' >"$detectors/round_first.sql"
{
    echo transaction_id,account_id,ts,amount,currency,merchant_id
    printf '%s\n' x1,x,2026-01-03T10:00:00,3000.00,EUR,shop x2,x,2026-01-04T10:00:00,2000.00,EUR,shop \
        x3,x,2026-01-04T11:00:00,2000.00,EUR,other x4,x,2026-01-04T12:00:00,2000.50,EUR,third
} >"$TMPDIR/in/round.csv"
ingest
rm "$TMPDIR/in/round.csv"
is "README's detector finds round first payments" "0 x1 3000.00 EUR to shop, never paid in 90 days|x3 2000.00 EUR to other, never paid in 90 days" \
    "$status $(sql "SELECT string_agg(transaction_id || ' ' || reason, '|' ORDER BY transaction_id) FROM anomaly
                     WHERE detector = 'round_first' AND subject_id = 'x'")"

# The whole of it as a user that is no superuser, who owns the tables.
sql "DROP SCHEMA public CASCADE; CREATE SCHEMA public" 2>/dev/null
sql "DO \$\$ BEGIN CREATE ROLE txmon_owner LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END \$\$;
     GRANT ALL ON SCHEMA public TO txmon_owner"
sql "DO \$\$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO txmon_owner', current_database()); END \$\$"
own mine "SELECT $found FROM ingestion_file"
printf '%s\n' "SELECT $found FROM subject_day WHERE subject_type = 'total' AND tx_date = :'date'::date" >"$detectors/right.sql"
PGUSER=txmon_owner ingest migrate
psql -Xq -f etc/roles.sql 2>/dev/null
PGUSER=txmon_owner ingest
like "without a superuser it is the same" "^1 .*permission denied for table ingestion_file" "$status $log"
is "and the others go on" "2 12" "$(anomalies) $(sql "SELECT count(*) FROM transactions")"
