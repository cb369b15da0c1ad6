-- The detectors as this run has them take the place of those that the last one had.
WITH given AS MATERIALIZED (
    SELECT d.*
      FROM jsonb_to_recordset(:'list'::jsonb)
           AS d (name text, source text, sql_hash text, params jsonb, enabled boolean, lookback bigint,
                 summary text)
), gone AS (
    DELETE FROM detector WHERE name NOT IN (SELECT name FROM given)
)
INSERT INTO detector (name, source, sql_hash, params, enabled, lookback, summary)
SELECT name, source, sql_hash, params, enabled, lookback, summary FROM given
    ON CONFLICT (name) DO UPDATE
       SET source = excluded.source, sql_hash = excluded.sql_hash, params = excluded.params,
           enabled = excluded.enabled, lookback = excluded.lookback, summary = excluded.summary;
