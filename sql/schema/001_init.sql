-- txmon's tables, functions and indexes. One schema for PostgreSQL and for Citus: what must
-- differ there stands behind leaf_open, leaf_close, barrier and analyze_leaf. Every key of a
-- table that would be distributed holds its distribution column (account_id or subject_id).
-- No triggers, no now() in defaults; times come from the run, dates from the source's zone.

-- Nothing may depend on a session's time zone: every conversion names its own.
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I SET timezone TO %L', current_database(), 'UTC');
END
$$;

CREATE TABLE schema_migration (
    version    integer     PRIMARY KEY,
    name       text        NOT NULL,
    applied_at timestamptz NOT NULL
);

-- A feed of CSV files: a [source NAME] of the configuration.
CREATE TABLE source (
    source_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name      text NOT NULL UNIQUE,
    time_zone text NOT NULL,
    leaf      text CHECK (leaf IN ('day', 'month')), -- decided at the first load
    kept_from date, -- transactions before it were dropped by retain_days
    -- What its latest run was configured with and found.
    retain_days   integer,
    expected_by   text,        -- HH:MM in its zone: when a date's last file is there, on the next day
    files_waiting bigint,      -- that were changed within the settling time
    files_seen_at timestamptz  -- when its files were looked for
);

-- One invocation's work on one source.
CREATE TABLE ingestion_run (
    run_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id   integer     NOT NULL REFERENCES source,
    mode        text        NOT NULL CHECK (mode IN ('ingest', 'rerun', 'replace', 'undo', 'verdicts', 'suppress', 'retain')),
    version     text        NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz,
    status      text        NOT NULL
                CHECK (status IN ('running', 'success', 'partial', 'failure', 'interrupted', 'undone')),
    slices      bigint      NOT NULL DEFAULT 0,
    files       bigint      NOT NULL DEFAULT 0, -- that brought something
    bytes       bigint      NOT NULL DEFAULT 0,
    records     bigint      NOT NULL DEFAULT 0,
    loaded      bigint      NOT NULL DEFAULT 0,
    duplicate   bigint      NOT NULL DEFAULT 0,
    rejected    bigint      NOT NULL DEFAULT 0,
    anomalies   bigint      NOT NULL DEFAULT 0, -- found in the dates that it touched
    dropped     bigint      NOT NULL DEFAULT 0, -- transactions, by retain_days
    first_date  date,                           -- of those dates
    last_date   date,
    error       text,
    CHECK (records = loaded + duplicate + rejected),
    CHECK ((status = 'running') = (finished_at IS NULL))
);
CREATE INDEX ingestion_run_source ON ingestion_run (source_id, run_id);

-- How far a run that is under way has come, each second: seen from outside while its transaction is
-- open, and worth nothing after a crash.
CREATE UNLOGGED TABLE run_progress (
    run_id      bigint      PRIMARY KEY,
    bytes       bigint      NOT NULL, -- of the files, as they lie there
    total_bytes bigint      NOT NULL,
    records     bigint      NOT NULL,
    tx_date     date,                 -- of the latest record
    at          timestamptz NOT NULL
);

-- The control totals of a run: what it loaded, a currency each.
CREATE TABLE run_total (
    run_id   bigint  NOT NULL REFERENCES ingestion_run,
    currency text    NOT NULL,
    n        bigint  NOT NULL,
    amount   numeric NOT NULL,
    PRIMARY KEY (run_id, currency)
);

-- The checkpoint: how far a source has come. It moves with the data, in the same transaction.
CREATE TABLE ingestion_state (
    source_id integer PRIMARY KEY REFERENCES source,
    last_date date        NOT NULL, -- newest date with a transaction
    watermark timestamptz NOT NULL, -- newest transaction time
    last_run  bigint      NOT NULL REFERENCES ingestion_run
);

-- The ledger: what was consumed of each file, known by the hash of its content.
CREATE TABLE ingestion_file (
    file_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id  integer NOT NULL REFERENCES source,
    path       text    NOT NULL,
    size       bigint  NOT NULL,           -- as last seen, with
    modified   bigint  NOT NULL,           -- its time of change in nanoseconds
    inode      bigint  NOT NULL,
    finished   boolean NOT NULL DEFAULT false, -- all of it was consumed as it looked then
    bytes_done bigint  NOT NULL DEFAULT 0, -- consumed, decompressed, to a record's end
    lines_done bigint  NOT NULL DEFAULT 0,
    sha256     text,                       -- of the consumed bytes, in hex
    header     bytea,                      -- its first record as it was read, if that is one
    records    bigint  NOT NULL DEFAULT 0,
    loaded     bigint  NOT NULL DEFAULT 0,
    duplicate  bigint  NOT NULL DEFAULT 0,
    rejected   bigint  NOT NULL DEFAULT 0,
    undone     bigint  NOT NULL DEFAULT 0, -- of its records: what txingest undo took out again
    dropped    bigint  NOT NULL DEFAULT 0, -- likewise: what retain_days did
    first_date date,                       -- of the transactions it brought
    last_date  date,
    first_run  bigint  NOT NULL REFERENCES ingestion_run,
    last_run   bigint  NOT NULL REFERENCES ingestion_run,
    UNIQUE (source_id, path),
    CHECK (records = loaded + duplicate + rejected + undone + dropped),
    CHECK (bytes_done >= 0)
);
CREATE INDEX ingestion_file_bytes ON ingestion_file (source_id, bytes_done);

-- Files with the content of one in the ledger, as they looked when that was found out: they are not read
-- again. What they brought is nothing; a content that is in the ledger no more is that of a new file.
CREATE TABLE file_twin (
    source_id integer NOT NULL REFERENCES source,
    path      text    NOT NULL,
    size      bigint  NOT NULL,
    modified  bigint  NOT NULL,
    inode     bigint  NOT NULL,
    bytes     bigint  NOT NULL, -- decompressed
    sha256    text    NOT NULL,
    PRIMARY KEY (source_id, path)
);

CREATE TABLE rejected_record (
    source_id   integer NOT NULL,
    file_id     bigint  NOT NULL,
    byte_offset bigint  NOT NULL, -- of the record's first byte
    line        bigint  NOT NULL, -- physical line of that byte, the first is 1
    run_id      bigint  NOT NULL,
    column_name text,             -- NULL: the record as a whole
    reason      text    NOT NULL,
    detail      text    NOT NULL,
    raw         bytea   NOT NULL, -- the record as it was read
    tx_date     date,             -- of the record that was taken before it, where there is one
    resolved_run     bigint, -- that loaded its corrected record; NULL: it is open
    resolved_file_id bigint, -- and where that stands
    resolved_line    bigint,
    PRIMARY KEY (source_id, file_id, byte_offset)
);
CREATE INDEX rejected_record_run ON rejected_record (run_id);
CREATE INDEX rejected_record_date ON rejected_record (source_id, tx_date);
CREATE INDEX rejected_record_resolved ON rejected_record (resolved_run);

-- Partitioned by hand into leaves, a source's day or month each. tx_date is ts's date in the
-- source's zone. The same transaction sent again has the same time, so it meets its twin in the
-- same leaf. Rows stand in the order of the key, a date by itself. A leaf of a month has an index on
-- ts, by which the API finds what is left of a cut hour; one of a day has none: its load would take
-- longer, and a range of times is found by its dates. Fixed-width columns first: no padding between
-- them.
CREATE TABLE transactions (
    ts             timestamptz NOT NULL,
    run_id         bigint      NOT NULL,
    file_id        bigint      NOT NULL,
    line           bigint      NOT NULL,
    source_id      integer     NOT NULL,
    tx_date        date        NOT NULL,
    amount         numeric     NOT NULL,
    currency       text        NOT NULL,
    account_id     text        NOT NULL,
    transaction_id text        NOT NULL,
    merchant_id    text,
    channel        text,
    country        text,
    PRIMARY KEY (source_id, tx_date, account_id, transaction_id)
) PARTITION BY RANGE (source_id, tx_date);

-- A record whose key another one has already, and where that one stands. It is kept whole: the two
-- may differ, and when the other one goes (its file was corrected, its run undone), this one takes
-- its place. BRIN: a slice writes its rows in one piece.
CREATE TABLE duplicate_record (
    LIKE transactions,
    first_file_id bigint NOT NULL,
    first_line    bigint NOT NULL
);
CREATE INDEX duplicate_record_place ON duplicate_record
    USING brin (file_id, first_file_id, run_id) WITH (pages_per_range = 16);

-- Derived, and rebuilt from a window's transactions whenever these change: a subject's day.
CREATE TABLE subject_day (
    source_id    integer NOT NULL,
    tx_date      date    NOT NULL,
    subject_type text    NOT NULL CHECK (subject_type IN ('total', 'account', 'merchant', 'channel', 'country')),
    subject_id   text    NOT NULL, -- '' for total
    currency     text    NOT NULL,
    n            bigint  NOT NULL,
    amount_sum   numeric NOT NULL,
    PRIMARY KEY (source_id, subject_type, subject_id, currency, tx_date)
) PARTITION BY RANGE (source_id, tx_date);
CREATE INDEX subject_day_date ON subject_day USING brin (tx_date) WITH (pages_per_range = 8);

-- Derived likewise: the hours of a window. hour is in UTC; where a zone is not whole hours
-- away from it, two windows have a part of the same hour, hence tx_date in the key.
CREATE TABLE hour_count (
    source_id  integer     NOT NULL,
    tx_date    date        NOT NULL,
    hour       timestamptz NOT NULL,
    currency   text        NOT NULL,
    n          bigint      NOT NULL,
    amount_sum numeric     NOT NULL,
    PRIMARY KEY (source_id, tx_date, hour, currency)
);
CREATE INDEX hour_count_hour ON hour_count (hour);

-- One finding. A re-run of the window replaces it: the key has no run in it.
CREATE TABLE anomaly (
    source_id      integer NOT NULL,
    anomaly_id     text    NOT NULL, -- the same after every re-run: made of what follows it here
    tx_date        date    NOT NULL,
    detector       text    NOT NULL,
    subject_type   text    NOT NULL,
    subject_id     text    NOT NULL,
    currency       text    NOT NULL, -- '' where the finding is about none
    transaction_id text    NOT NULL, -- '' where it is about the day
    observed       numeric NOT NULL,
    expected       numeric,
    lower          numeric,
    upper          numeric,
    score          numeric NOT NULL CHECK (score >= 0 AND score < 1),
    severity       text    NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    state          text    NOT NULL CHECK (state IN ('shown', 'overflow', 'suppressed')),
                           -- overflow: beyond the budget of its detector, or the alerts, of a date
    reason         text    NOT NULL,
    evidence       jsonb,            -- what it was reckoned from, where the detector says so
    params         jsonb   NOT NULL, -- the detector's, at the time
    sql_hash       text    NOT NULL, -- of the detector's text
    run_id         bigint  NOT NULL,
    PRIMARY KEY (source_id, tx_date, detector, subject_type, subject_id, currency, transaction_id)
);
CREATE UNIQUE INDEX anomaly_id ON anomaly (source_id, anomaly_id);
CREATE INDEX anomaly_newest ON anomaly (tx_date, score, source_id, anomaly_id); -- the orders in which
CREATE INDEX anomaly_score ON anomaly (score, tx_date, source_id, anomaly_id);  -- they are listed

-- 1 - the product of (1 - score) over what is found, and not suppressed, of an account's date, and of
-- a transaction.
CREATE TABLE account_risk (
    source_id  integer NOT NULL,
    tx_date    date    NOT NULL,
    account_id text    NOT NULL,
    risk       numeric NOT NULL CHECK (risk >= 0 AND risk < 1),
    anomalies  bigint  NOT NULL,
    PRIMARY KEY (source_id, tx_date, account_id)
);
CREATE TABLE transaction_risk (
    source_id      integer NOT NULL,
    tx_date        date    NOT NULL,
    account_id     text    NOT NULL,
    transaction_id text    NOT NULL,
    risk           numeric NOT NULL CHECK (risk >= 0 AND risk < 1),
    anomalies      bigint  NOT NULL,
    PRIMARY KEY (source_id, tx_date, account_id, transaction_id)
);

-- How accounts were before a date: derived from subject_day and transactions, kept since a seventh of the
-- accounts is looked at anew on each date (as_of), and a date is judged by the last seven. Deleted when
-- a date that it was made from changes, and made again when it is asked for.
CREATE TABLE account_base (
    source_id  integer NOT NULL,
    as_of      date    NOT NULL,
    account_id text    NOT NULL,
    currency   text    NOT NULL,
    n          bigint  NOT NULL,
    days       bigint  NOT NULL, -- with a transaction
    last_date  date    NOT NULL,
    lsum       bigint  NOT NULL, -- 1000 ln of a day's mean amount, whole, summed over transactions
    lsq        bigint  NOT NULL, -- its square likewise
    payee_n    bigint  NOT NULL, -- transactions since a shorter while,
    merchants  bigint  NOT NULL, -- with how many merchants,
    once       bigint  NOT NULL, -- with how many of those but one, and of their amounts
    paid_lsum  bigint  NOT NULL, -- 1000 ln, summed,
    paid_lsq   bigint  NOT NULL, -- and its square
    PRIMARY KEY (source_id, as_of, account_id, currency)
);
CREATE TABLE overall_base ( -- the sums over them
    source_id integer NOT NULL,
    as_of     date    NOT NULL,
    currency  text    NOT NULL, -- '': a row that is always there
    accounts  bigint  NOT NULL,
    n         numeric NOT NULL,
    lsum      numeric NOT NULL,
    lsq       numeric NOT NULL,
    within    numeric NOT NULL, -- squares around each account's own mean
    paid_free   numeric NOT NULL, -- likewise of single transactions, less one an account,
    paid_within numeric NOT NULL, -- and squares around each account's own mean of them
    PRIMARY KEY (source_id, as_of, currency)
);

-- What the verdicts that were known at a date say of each bin of a feature: the points that a
-- transaction of the date gets for being in it. Learned anew for each date that is judged.
CREATE TABLE scorecard (
    source_id integer NOT NULL,
    tx_date   date    NOT NULL,
    part      text    NOT NULL,
    bin       integer NOT NULL,
    n         bigint  NOT NULL, -- transactions that were long enough ago to be decided about
    frauds    bigint  NOT NULL,
    points    numeric NOT NULL, -- log-odds against those of all
    PRIMARY KEY (source_id, tx_date, part, bin)
);

-- What a scorecard is learned from: the bins of each transaction, in the order of scorecard_parts(), and
-- how many transactions of a date fell into each bin.
CREATE TABLE scorecard_bin (
    source_id      integer    NOT NULL,
    tx_date        date       NOT NULL,
    account_id     text       NOT NULL,
    transaction_id text       NOT NULL,
    bins           smallint[] NOT NULL,
    PRIMARY KEY (source_id, tx_date, account_id, transaction_id)
);
CREATE TABLE scorecard_day (
    source_id integer NOT NULL,
    tx_date   date    NOT NULL,
    part      bigint  NOT NULL, -- its place in scorecard_parts()
    bin       integer NOT NULL,
    n         bigint  NOT NULL,
    PRIMARY KEY (source_id, tx_date, part, bin)
);
CREATE FUNCTION scorecard_parts() RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN ARRAY['amount', 'size', 'merchant_run', 'account', 'merchant_recent', 'day_count', 'hour_count',
                 'context', 'clock', 'below', 'twin', 'counterparty', 'round', 'idle'];
END
$$;

-- The detectors as the last run had them.
CREATE TABLE detector (
    name     text    PRIMARY KEY,
    source   text    NOT NULL, -- 'built in', or its file
    sql_hash text    NOT NULL,
    params   jsonb   NOT NULL,
    enabled  boolean NOT NULL,
    lookback bigint  NOT NULL, -- days
    summary  text    NOT NULL  -- the first sentence of its head
);

-- What a finding without training days of its own is compared with, in a line; NULL: it has some.
CREATE FUNCTION anomaly_compared(of_detector text, evidence jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF jsonb_typeof(evidence -> 'training') = 'array' THEN
        RETURN NULL;
    END IF;
    RETURN coalesce((SELECT CASE WHEN d.lookback = 0 THEN 'no other day'
                                 ELSE format('what came up to %s days before, day by day not listed', d.lookback) END
                            || coalesce(': ' || nullif(rtrim(d.summary, '.'), ''), '')
                       FROM detector AS d
                      WHERE d.name = of_detector),
                    'what its detector looked at, which is not there any more');
END
$$;

-- What was said later of a transaction. A window is judged with what was decided before it: the row
-- with decided_on < tx_date <= replaced_on. A later decision is a further row, so that a replay knows
-- what was known then. Its transaction may come after it: until then account_id is what was given.
CREATE TABLE verdict (
    source_id      integer NOT NULL,
    transaction_id text    NOT NULL,
    account_id     text    NOT NULL, -- '': not given, and the transaction is not there
    decided_on     date    NOT NULL,
    replaced_on    date    NOT NULL DEFAULT 'infinity', -- when the next one was decided
    tx_date        date,             -- NULL: the transaction is not there
    verdict        text    NOT NULL CHECK (verdict IN ('fraud', 'legitimate')),
    run_id         bigint  NOT NULL,
    PRIMARY KEY (source_id, transaction_id, account_id, decided_on)
);
CREATE INDEX verdict_date ON verdict (source_id, tx_date);

-- Findings that are known and not to be shown: of a detector, about a subject ('': about any).
CREATE TABLE suppression (
    suppression_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id      integer NOT NULL,
    detector       text    NOT NULL,
    subject_type   text    NOT NULL, -- '': of any type
    subject_id     text    NOT NULL, -- '': any subject
    from_date      date    NOT NULL,
    until_date     date    NOT NULL, -- included
    reason         text    NOT NULL,
    CHECK (from_date <= until_date)
);

-- Which leaves there are, by the name of their table.
CREATE TABLE leaf (
    parent    text    NOT NULL,
    source_id integer NOT NULL,
    from_date date    NOT NULL,
    to_date   date    NOT NULL, -- exclusive
    name      text    NOT NULL UNIQUE,
    PRIMARY KEY (parent, source_id, from_date)
);

-- Makes the table of a new leaf and returns its name. It stands free until leaf_close, so that
-- COPY can FREEZE into it and its key is built once, by sorting; attaching it then asks for no
-- lock that a reader of the parent would wait for. The check spares the attaching a scan.
CREATE FUNCTION leaf_open(parent text, source_id integer, from_date date, to_date date)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    name text := format('%s_%s_%s', parent, source_id, to_char(from_date, 'YYYYMMDD'));
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS,'
                   ' CONSTRAINT bounds CHECK (source_id = %s AND tx_date >= %L AND tx_date < %L))',
                   name, parent, source_id, from_date, to_date);
    INSERT INTO leaf VALUES (parent, source_id, from_date, to_date, name);
    RETURN name;
END
$$;

-- The planner's statistics of a leaf that this transaction has filled, from a small sample: what
-- follows in the transaction needs no better ones, and only of what it groups and joins by;
-- autovacuum takes a full sample in its time.
CREATE FUNCTION analyze_leaf(leaf_name text) RETURNS void LANGUAGE plpgsql
SET default_statistics_target = 5 AS $$
BEGIN
    EXECUTE format('ANALYZE %I (%s)', leaf_name,
                   CASE WHEN leaf_name LIKE 'subject\_day\_%' THEN 'source_id, tx_date, subject_type, subject_id, currency'
                        ELSE 'source_id, tx_date, account_id, merchant_id, channel, country' END);
END
$$;

-- Of the rows of a leaf without its key yet that share one, the first of its file stays; the
-- others become duplicate_records.
CREATE FUNCTION leaf_dedupe(leaf_name text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    gone bigint;
BEGIN
    EXECUTE format('WITH ranked AS ('
                   ' SELECT t.ctid AS place, t.*, row_number() OVER key AS nth,'
                   '        first_value(file_id) OVER key AS first_file_id,'
                   '        first_value(line) OVER key AS first_line'
                   '   FROM %1$I AS t'
                   ' WINDOW key AS (PARTITION BY tx_date, account_id, transaction_id ORDER BY file_id, line)'
                   '), gone AS ('
                   ' DELETE FROM %1$I WHERE ctid = ANY (ARRAY(SELECT place FROM ranked WHERE nth > 1))'
                   ') INSERT INTO duplicate_record'
                   ' SELECT ts, run_id, file_id, line, source_id, tx_date, amount, currency, account_id,'
                   '        transaction_id, merchant_id, channel, country, first_file_id, first_line'
                   '   FROM ranked WHERE nth > 1', leaf_name);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

-- Builds the key of a leaf that leaf_open made and attaches it. Returns how many rows
-- went because they shared a key with an earlier one: usually none do, so they are looked for only
-- when the key says so.
CREATE FUNCTION leaf_close(leaf_name text) RETURNS bigint LANGUAGE plpgsql
SET max_parallel_maintenance_workers = 0 AS $$
DECLARE
    l    leaf;
    key  text;
    gone bigint := 0;
BEGIN
    SELECT * INTO STRICT l FROM leaf WHERE name = leaf_name;
    SELECT format('ALTER TABLE %I ADD CONSTRAINT %I %s', l.name, l.name || '_pkey',
                  pg_get_constraintdef(oid)) INTO STRICT key
      FROM pg_constraint WHERE conrelid = l.parent::regclass AND contype = 'p';
    BEGIN
        EXECUTE key;
    EXCEPTION WHEN unique_violation THEN
        gone := leaf_dedupe(l.name);
        EXECUTE key;
    END;
    IF l.parent = 'transactions' AND l.to_date > l.from_date + 1 THEN
        EXECUTE format('CREATE INDEX %I ON %I (ts)', l.name || '_ts', l.name);
    END IF;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s, %L) TO (%s, %L)',
                   l.parent, l.name, l.source_id, l.from_date, l.source_id, l.to_date);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT bounds', l.name);
    PERFORM analyze_leaf(l.name);
    RETURN gone;
END
$$;

-- The first moment of a local time: where clocks go back over it, it comes twice.
CREATE FUNCTION first_moment(local timestamp, zone text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    latest timestamptz := local AT TIME ZONE zone;
BEGIN
    IF (latest - interval '1 hour') AT TIME ZONE zone >= local THEN
        RETURN latest - interval '1 hour';
    END IF;
    RETURN latest;
END
$$;

-- What the API's counts add up: the transactions of [since, until) by number of bucket, group and
-- currency. keys and edges: the buckets' starts, local and as moments. by_dates: a source's dates
-- are taken for the local ones; else only where dates says that both are the same, and everything
-- else by its moment.
--
-- Whole dates come from subject_day, whole hours from hour_count, and only what is left of the
-- hours that since and until cut (by_dates: of the dates, which have no hours of their own) from
-- transactions. Plans of the rollups are made once for all values, those of transactions for the
-- leaves at hand.
CREATE FUNCTION count_rows(since timestamptz, until timestamptz, keys timestamp[], edges timestamptz[],
                           zone text, by_dates boolean, of_source text, of_type text, of_subject text,
                           group_by text)
RETURNS TABLE (bucket integer, grp text, currency text, n bigint, amount numeric)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    origin     CONSTANT timestamptz := '2000-01-01 00:00:00+00';
    whole_lo   timestamptz := date_bin('1 hour', since + interval '1 hour' - interval '1 us', origin);
    whole_hi   timestamptz := date_bin('1 hour', until, origin);
    s          record;
    first_date date;
    lo_date    date; -- whole dates: [lo_date, hi_date)
    hi_date    date;
    day        date;
    dated      boolean;
BEGIN
    FOR s IN SELECT * FROM source AS o WHERE of_source IN ('', o.name) ORDER BY o.source_id LOOP
        dated := by_dates OR s.time_zone = zone;
        first_date := (since AT TIME ZONE s.time_zone)::date;
        lo_date := first_date;
        hi_date := (until AT TIME ZONE s.time_zone)::date;
        IF first_moment(lo_date, s.time_zone) < since THEN
            lo_date := lo_date + 1;
        END IF;
        IF dated THEN
            RETURN QUERY
            SELECT greatest(width_bucket(d.tx_date::timestamp, keys), 1),
                   CASE group_by WHEN 'source' THEN s.name WHEN 'currency' THEN d.currency ELSE '' END,
                   d.currency, d.n, d.amount_sum
              FROM subject_day AS d
             WHERE d.source_id = s.source_id AND d.subject_type = of_type AND d.subject_id = of_subject
               AND d.tx_date >= lo_date AND d.tx_date < hi_date;
        END IF;
        IF group_by IN ('channel', 'country') THEN -- what has none stays in the group ''
            RETURN QUERY
            SELECT greatest(width_bucket(d.tx_date::timestamp, keys), 1), g.grp, d.currency, g.sign * d.n,
                   g.sign * d.amount_sum
              FROM subject_day AS d
             CROSS JOIN LATERAL (VALUES (d.subject_id, 1), ('', -1)) AS g (grp, sign)
             WHERE d.source_id = s.source_id AND d.subject_type = group_by
               AND d.tx_date >= lo_date AND d.tx_date < hi_date;
        END IF;
        IF by_dates THEN
            RETURN QUERY SELECT * FROM count_cut(s.source_id, s.name, s.time_zone, since, until, lo_date,
                                                 hi_date, keys, NULL, of_type, of_subject, group_by);
            CONTINUE;
        END IF;
        IF dated THEN
            FOREACH day IN ARRAY CASE WHEN hi_date = first_date THEN ARRAY[first_date]
                                      WHEN lo_date > first_date THEN ARRAY[first_date, hi_date]
                                      ELSE ARRAY[hi_date] END LOOP
                RETURN QUERY
                SELECT greatest(width_bucket(day::timestamp, keys), 1),
                       CASE group_by WHEN 'source' THEN s.name WHEN 'currency' THEN h.currency ELSE '' END,
                       h.currency, h.n, h.amount_sum
                  FROM hour_count AS h
                 WHERE h.source_id = s.source_id AND h.tx_date = day AND h.hour >= whole_lo AND h.hour < whole_hi;
            END LOOP;
        ELSE
            RETURN QUERY
            SELECT width_bucket(h.hour, edges),
                   CASE group_by WHEN 'source' THEN s.name WHEN 'currency' THEN h.currency ELSE '' END,
                   h.currency, h.n, h.amount_sum
              FROM hour_count AS h
             WHERE h.source_id = s.source_id AND h.hour >= whole_lo AND h.hour < whole_hi
               AND h.tx_date >= (whole_lo AT TIME ZONE s.time_zone)::date
               AND h.tx_date <= (whole_hi AT TIME ZONE s.time_zone)::date
               AND h.hour NOT IN (SELECT date_bin('1 hour', e, origin) FROM unnest(edges) AS e
                                   WHERE date_bin('1 hour', e, origin) <> e);
            lo_date := 'infinity'; -- no date is counted already
        END IF;
        RETURN QUERY
        SELECT c.*
          FROM (SELECT since AS a, least(whole_lo, until) AS z
                 UNION ALL
                SELECT greatest(whole_hi, whole_lo), until
                 UNION ALL
                SELECT o.hour, o.hour + interval '1 hour'
                  FROM (SELECT DISTINCT date_bin('1 hour', e, origin) AS hour, dated
                          FROM unnest(edges) AS e WHERE date_bin('1 hour', e, origin) <> e) AS o
                 WHERE NOT o.dated AND o.hour >= whole_lo AND o.hour < whole_hi) AS p
         CROSS JOIN LATERAL count_cut(s.source_id, s.name, s.time_zone, p.a, p.z, lo_date, hi_date,
                                      CASE WHEN dated THEN keys END, edges, of_type, of_subject,
                                      group_by) AS c
         WHERE p.a < p.z;
    END LOOP;
END
$$;

-- The transactions of [since, until) but for those of the dates [lo_date, hi_date). keys: buckets by
-- dates, else edges.
CREATE FUNCTION count_cut(of_source integer, name text, zone text, since timestamptz, until timestamptz,
                          lo_date date, hi_date date, keys timestamp[], edges timestamptz[],
                          of_type text, of_subject text, group_by text)
RETURNS TABLE (bucket integer, grp text, currency text, n bigint, amount numeric)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    first_date date := (since AT TIME ZONE zone)::date;
    last_date  date := ((until - interval '1 us') AT TIME ZONE zone)::date;
    day        date;
BEGIN
    FOREACH day IN ARRAY CASE WHEN first_date = last_date THEN ARRAY[first_date]
                              ELSE ARRAY[first_date, last_date] END LOOP
        CONTINUE WHEN day >= lo_date AND day < hi_date;
        RETURN QUERY EXECUTE
        'SELECT ' || CASE WHEN keys IS NULL THEN 'width_bucket(ts, $5)' ELSE '$6' END
        || ', ' || CASE group_by WHEN 'channel' THEN 'coalesce(channel, '''')'
                                 WHEN 'country' THEN 'coalesce(country, '''')'
                                 WHEN 'currency' THEN 'currency' ELSE '$7' END
        || ', currency, count(*), sum(amount) FROM transactions'
           ' WHERE source_id = $1 AND tx_date = $2 AND ts >= $3 AND ts < $4'
        || CASE of_type WHEN 'account' THEN ' AND account_id = $8'
                        WHEN 'merchant' THEN ' AND merchant_id = $8' ELSE '' END
        || ' GROUP BY ' || CASE WHEN keys IS NULL THEN '1, 2, 3'
                                WHEN group_by IN ('channel', 'country') THEN '2, 3' ELSE 'currency' END
        USING of_source, day, since, until, edges, greatest(width_bucket(day::timestamp, keys), 1),
              CASE group_by WHEN 'source' THEN name ELSE '' END, of_subject;
    END LOOP;
END
$$;

-- Which state of the data an answer shows: the newest run of any source, when it was, and the
-- version: any commit that changes what is answered changes one of its three numbers. Planned once, as
-- every answer asks for it.
CREATE FUNCTION data_state(OUT as_of text, OUT run_id text, OUT version text)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    SELECT to_char(coalesce(r.finished_at, r.started_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           r.run_id::text
      INTO as_of, run_id
      FROM ingestion_run AS r ORDER BY r.run_id DESC LIMIT 1;
    SELECT concat_ws('.', coalesce(max(r.run_id), 0), coalesce(sum(r.slices), 0), count(r.finished_at))
      INTO version
      FROM ingestion_run AS r;
END
$$;

-- An answer of transactions/count; see sql/api/transactions_count.sql.
CREATE FUNCTION count_transactions(of_start text, of_end text, of_bucket text, of_zone text, group_by text,
                                   of_source text, of_account text, of_merchant text,
                                   OUT lo timestamptz, OUT hi timestamptz, OUT total bigint,
                                   OUT amounts json, OUT groups json, OUT buckets json)
RETURNS SETOF record LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    zone     text := CASE WHEN of_bucket = 'hour' THEN 'UTC' ELSE of_zone END;
    step     interval := ('1 ' || of_bucket)::interval;
    of_type  text := CASE WHEN of_account <> '' THEN 'account' WHEN of_merchant <> '' THEN 'merchant' ELSE 'total' END;
    by_dates boolean := of_type <> 'total' OR group_by IN ('channel', 'country');
    newest   timestamp;
    keys     timestamp[];
    edges    timestamptz[];
BEGIN
    IF by_dates AND (of_bucket = 'hour' OR of_account <> '' AND of_merchant <> ''
                     OR of_type <> 'total' AND group_by IN ('channel', 'country')) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'there are no counts of that kind';
    END IF;
    IF of_end = '' THEN
        SELECT (max(c.last_date) + 1)::timestamp INTO newest
          FROM ingestion_state AS c JOIN source AS s ON s.source_id = c.source_id
         WHERE of_source IN ('', s.name);
    END IF;
    hi := CASE WHEN of_end = '' THEN first_moment(newest, of_zone)
               WHEN length(of_end) = 10 THEN first_moment(of_end::timestamp, of_zone)
               ELSE of_end::timestamptz END;
    lo := CASE WHEN of_start = '' THEN first_moment((hi AT TIME ZONE of_zone) - interval '30 days', of_zone)
               WHEN length(of_start) = 10 THEN first_moment(of_start::timestamp, of_zone)
               ELSE of_start::timestamptz END;
    IF hi IS NULL THEN -- there is no data to end with
        lo := NULL;
        total := 0;
        amounts := '[]';
        groups := '[]';
        buckets := '[]';
        RETURN NEXT;
        RETURN;
    END IF;
    IF lo >= hi OR hi - lo > step * 100000 THEN
        RETURN;
    END IF;
    SELECT array_agg(e.k ORDER BY e.k), array_agg(e.edge ORDER BY e.k) INTO keys, edges
      FROM (SELECT k, CASE WHEN zone = 'UTC' THEN k AT TIME ZONE 'UTC'
                           WHEN (k AT TIME ZONE zone - interval '1 hour') AT TIME ZONE zone >= k
                           THEN k AT TIME ZONE zone - interval '1 hour'
                           ELSE k AT TIME ZONE zone END AS edge
              FROM generate_series(date_trunc(of_bucket, lo AT TIME ZONE zone), hi AT TIME ZONE zone, step) AS k) AS e
     WHERE e.edge < hi;

    WITH counted AS MATERIALIZED (
        SELECT r.bucket, r.grp, r.currency, sum(r.n)::bigint AS n, sum(r.amount) AS amount
          FROM count_rows(lo, hi, keys, edges, CASE WHEN of_bucket = 'hour' THEN '' ELSE zone END, by_dates,
                          of_source, of_type, of_account || of_merchant, group_by) AS r
         GROUP BY r.bucket, r.grp, r.currency
    ), per_currency AS MATERIALIZED (
        SELECT c.bucket, c.currency, sum(c.n)::bigint AS n, sum(c.amount) AS amount
          FROM counted AS c GROUP BY c.bucket, c.currency
    ), per_bucket AS MATERIALIZED (
        SELECT c.bucket, sum(c.n)::bigint AS n,
               string_agg(format('{"currency":%s,"n":%s,"amount":"%s"}', to_json(c.currency), c.n, c.amount), ','
                          ORDER BY c.currency) AS amounts
          FROM per_currency AS c GROUP BY c.bucket
    ), per_group AS (
        SELECT c.bucket, string_agg(format('{"key":%s,"n":%s}', to_json(c.grp), c.n), ',' ORDER BY c.grp) AS groups
          FROM (SELECT c.bucket, c.grp, sum(c.n)::bigint AS n FROM counted AS c
                 WHERE group_by <> '' GROUP BY c.bucket, c.grp) AS c
         WHERE c.n > 0 GROUP BY c.bucket
    ), whole AS (
        SELECT c.currency, sum(c.n)::bigint AS n, sum(c.amount) AS amount FROM per_currency AS c GROUP BY c.currency
    ), grouped AS (
        SELECT c.grp, c.currency, sum(c.n)::bigint AS n, sum(c.amount) AS amount
          FROM counted AS c WHERE group_by <> '' GROUP BY c.grp, c.currency HAVING sum(c.n) > 0
    )
    SELECT (SELECT coalesce(sum(b.n), 0) FROM per_bucket AS b),
           (SELECT coalesce(json_agg(json_build_object('currency', w.currency, 'n', w.n, 'amount', w.amount::text)
                                     ORDER BY w.currency), '[]') FROM whole AS w),
           (SELECT coalesce(json_agg(json_build_object('key', g.grp, 'n', g.n, 'amounts', g.amounts) ORDER BY g.grp), '[]')
              FROM (SELECT g.grp, sum(g.n) AS n,
                           json_agg(json_build_object('currency', g.currency, 'n', g.n, 'amount', g.amount::text)
                                    ORDER BY g.currency) AS amounts
                      FROM grouped AS g GROUP BY g.grp) AS g),
           (SELECT '[' || string_agg(
                       format('{"start":"%s","n":%s,"amounts":[%s],"groups":[%s]}',
                              to_char(greatest(e.edge, lo) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                              coalesce(b.n, 0), b.amounts, g.groups), ',' ORDER BY e.nth) || ']'
              FROM unnest(edges) WITH ORDINALITY AS e (edge, nth)
              LEFT JOIN per_bucket AS b ON b.bucket = e.nth
              LEFT JOIN per_group AS g ON g.bucket = e.nth)
      INTO total, amounts, groups, buckets;
    RETURN NEXT;
END
$$;

-- For showing a subject's days of [since, until): what the 30 days before each let expect, and how far
-- from it is usual: their median and five deviations, as sql/detect/series.sql has them. Days on which it
-- was an anomaly are not part of that, nor are days that were not loaded; fewer than 7 are too few for an opinion. On a day with an anomaly
-- (of that detector, '' being any that is about the same number) its own bounds stand. Amounts without
-- a currency are of the one that the subject has most of.
CREATE FUNCTION series_days(of_source integer, of_type text, of_subject text, of_currency text, metric text,
                            of_detector text, since date, until date)
RETURNS TABLE (tx_date date, observed numeric, expected numeric, lower numeric, upper numeric, state text)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF of_currency = '' AND metric <> 'n' THEN
        SELECT d.currency INTO of_currency FROM subject_day AS d
         WHERE d.source_id = of_source AND d.subject_type = of_type AND d.subject_id = of_subject
           AND d.tx_date >= since - 30 AND d.tx_date < until
         GROUP BY d.currency ORDER BY sum(d.n) DESC, d.currency LIMIT 1;
    END IF;
    RETURN QUERY
    WITH loaded AS MATERIALIZED (
        SELECT DISTINCT d.tx_date FROM subject_day AS d
         WHERE d.source_id = of_source AND d.subject_type = 'total' AND d.subject_id = ''
           AND d.tx_date >= since - 30 AND d.tx_date < until
    ), own AS MATERIALIZED (
        SELECT d.tx_date, CASE metric WHEN 'n' THEN sum(d.n) WHEN 'amount' THEN sum(d.amount_sum)
                                      ELSE round(sum(d.amount_sum) / sum(d.n), 6) END AS value
          FROM subject_day AS d
         WHERE d.source_id = of_source AND d.subject_type = of_type AND d.subject_id = of_subject
           AND of_currency IN ('', d.currency) AND d.tx_date >= since - 30 AND d.tx_date < until
         GROUP BY d.tx_date
    ), days AS MATERIALIZED (
        SELECT c.day, CASE WHEN o.value IS NOT NULL THEN o.value
                           WHEN l.tx_date IS NOT NULL AND metric <> 'mean' THEN 0 END AS value,
               l.tx_date IS NOT NULL AS is_loaded
          FROM (SELECT since - 30 + i AS day FROM generate_series(0, until - since + 29) AS i) AS c
          LEFT JOIN loaded AS l ON l.tx_date = c.day
          LEFT JOIN own AS o ON o.tx_date = c.day
    ), marked AS MATERIALIZED (
        SELECT d.*, a.detector, a.expected, a.lower, a.upper
          FROM days AS d
          LEFT JOIN LATERAL (
               SELECT f.detector, f.expected, f.lower, f.upper FROM anomaly AS f
                WHERE f.source_id = of_source AND f.tx_date = d.day AND f.subject_type = of_type
                  AND f.subject_id = of_subject AND f.currency IN ('', of_currency)
                  AND (f.detector = of_detector
                       OR of_detector = '' AND f.transaction_id = '' AND f.observed = d.value)
                ORDER BY f.score DESC, f.detector, f.currency, f.transaction_id
                LIMIT 1) AS a ON true
    ), based AS (
        SELECT m.*, array_agg(m.value) FILTER (WHERE m.detector IS NULL AND m.value IS NOT NULL) OVER before AS past
          FROM marked AS m
        WINDOW before AS (ORDER BY m.day ROWS BETWEEN 30 PRECEDING AND 1 PRECEDING)
    ), usual AS (
        SELECT b.*, c.n, c.median,
               5 * (SELECT greatest(1.4826 * percentile_disc(0.5) WITHIN GROUP (ORDER BY abs(v - c.median)),
                                    0.1 * abs(c.median), CASE metric WHEN 'n' THEN sqrt(greatest(c.median, 1)) ELSE 0 END)
                      FROM unnest(b.past) AS v) AS reach
          FROM based AS b
         CROSS JOIN LATERAL (SELECT count(*) AS n, percentile_disc(0.5) WITHIN GROUP (ORDER BY v) AS median
                               FROM unnest(b.past) AS v) AS c
         WHERE b.day >= since
    )
    SELECT u.day, trim_scale(u.value),
           CASE WHEN u.detector IS NOT NULL THEN u.expected WHEN u.n >= 7 THEN trim_scale(round(u.median, 2)) END,
           CASE WHEN u.detector IS NOT NULL THEN u.lower
                WHEN u.n >= 7 THEN trim_scale(round(CASE metric WHEN 'n' THEN greatest(u.median - u.reach, 0)
                                                    ELSE u.median - u.reach END, 2)) END,
           CASE WHEN u.detector IS NOT NULL THEN u.upper WHEN u.n >= 7 THEN trim_scale(round(u.median + u.reach, 2)) END,
           CASE WHEN u.detector IS NOT NULL THEN 'anomaly' WHEN NOT u.is_loaded THEN 'not_loaded'
                WHEN u.n < 7 THEN 'no_opinion' ELSE 'normal' END
      FROM usual AS u
     ORDER BY u.day;
END
$$;

-- A record as text: as it is in UTF-8, else with its other bytes as octal escapes.
CREATE FUNCTION raw_text(raw bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN convert_from(raw, 'UTF8');
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
    RETURN encode(raw, 'escape');
END
$$;

-- Drops a leaf with all that is in it.
CREATE FUNCTION leaf_drop(leaf_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TABLE %I', leaf_name);
    DELETE FROM leaf WHERE name = leaf_name;
END
$$;

-- Called before a run, outside a transaction. On one PostgreSQL there is nothing to wait for.
CREATE FUNCTION barrier() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RETURN;
END
$$;
