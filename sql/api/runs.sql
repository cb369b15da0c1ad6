-- Runs, the newest first. source, status: '' is all. after: the run that the page begins behind.
SELECT s.name AS source, r.run_id::text AS run_id, r.mode, r.version, r.status,
       to_char(r.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started_at,
       to_char(r.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS finished_at,
       round(extract(epoch FROM r.finished_at - r.started_at), 3)::float8::text::json AS duration_seconds,
       r.files, r.bytes::text AS bytes, r.records, r.loaded, r.duplicate, r.rejected, r.anomalies,
       r.dropped, r.first_date::text AS first_date, r.last_date::text AS last_date, r.error,
       (SELECT coalesce(json_agg(json_build_object('currency', t.currency, 'n', t.n,
                                                   'amount', t.amount::text) ORDER BY t.currency), '[]')
          FROM run_total AS t WHERE t.run_id = r.run_id) AS totals,
       r.run_id::text AS place
  FROM ingestion_run AS r
  JOIN source AS s ON s.source_id = r.source_id
 WHERE :'source' IN ('', s.name) AND :'status' IN ('', r.status)
   AND (:'after' = '' OR r.run_id < nullif(:'after', '')::bigint)
 ORDER BY r.run_id DESC
 LIMIT :'limit'::integer + 1;
