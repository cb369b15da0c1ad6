-- The checkpoint goes forward with a slice's data, and never back. A re-run (rerun = true) leaves it where it
-- is, but when its data goes beyond: data without a checkpoint there is none. watermark: microseconds since
-- 2000-01-01 UTC, in two steps, since an interval is multiplied as a double.
INSERT INTO ingestion_state (source_id, last_date, watermark, last_run)
VALUES (:'source'::integer, :'last_date'::date,
        timestamptz '2000-01-01 00:00:00+00'
        + (:'watermark'::bigint / 1000000) * interval '1 second'
        + (:'watermark'::bigint % 1000000) * interval '1 microsecond',
        :'run'::bigint)
ON CONFLICT (source_id) DO UPDATE
   SET last_date = greatest(ingestion_state.last_date, excluded.last_date),
       watermark = greatest(ingestion_state.watermark, excluded.watermark),
       last_run = excluded.last_run
 WHERE NOT :'rerun'::boolean OR excluded.last_date > ingestion_state.last_date
    OR excluded.watermark > ingestion_state.watermark;
