-- How a run ended. A success with rejected records is a partial one.
WITH progress AS (
    DELETE FROM run_progress WHERE run_id = :'run'::bigint
)
UPDATE ingestion_run
   SET status = CASE WHEN :'status' = 'success' AND rejected > 0 THEN 'partial' ELSE :'status' END,
       finished_at = :'now'::timestamptz, error = :'error'
 WHERE run_id = :'run'::bigint
RETURNING status, records, loaded, duplicate, rejected, anomalies, files, bytes,
          coalesce(first_date::text, '') AS first_date, coalesce(last_date::text, '') AS last_date,
          (SELECT coalesce(jsonb_object_agg(t.currency, t.amount::text), '{}')
             FROM run_total AS t WHERE t.run_id = :'run'::bigint) AS totals,
          dropped;
