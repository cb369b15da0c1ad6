-- The run that is to be undone, and whose it is.
SELECT s.name AS source, r.status, r.mode,
       coalesce(r.first_date::text, '') AS first_date, coalesce(r.last_date::text, '') AS last_date
  FROM ingestion_run AS r
  JOIN source AS s USING (source_id)
 WHERE r.run_id = :'run'::bigint;
