-- A run, with the files that it was the first or the latest to take something from.
SELECT s.name AS source, r.run_id::text AS run_id, r.mode, r.version, r.status,
       to_char(r.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started_at,
       to_char(r.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS finished_at,
       round(extract(epoch FROM r.finished_at - r.started_at), 3)::float8::text::json AS duration_seconds,
       r.files AS files_taken, r.bytes::text AS bytes, r.records, r.loaded, r.duplicate, r.rejected,
       r.anomalies, r.dropped, r.first_date::text AS first_date, r.last_date::text AS last_date, r.error,
       (SELECT coalesce(json_agg(json_build_object('currency', t.currency, 'n', t.n,
                                                   'amount', t.amount::text) ORDER BY t.currency), '[]')
          FROM run_total AS t WHERE t.run_id = r.run_id) AS totals,
       (SELECT coalesce(json_agg(json_build_object(
                   'path', f.path, 'size', f.size::text, 'bytes_done', f.bytes_done::text,
                   'finished', f.finished, 'sha256', f.sha256, 'records', f.records, 'loaded', f.loaded,
                   'duplicate', f.duplicate, 'rejected', f.rejected, 'undone', f.undone,
                   'dropped', f.dropped, 'first_date', f.first_date, 'last_date', f.last_date,
                   'first_run', f.first_run::text, 'last_run', f.last_run::text) ORDER BY f.path), '[]')
          FROM ingestion_file AS f
         WHERE f.source_id = r.source_id AND r.run_id IN (f.first_run, f.last_run)) AS files
  FROM ingestion_run AS r
  JOIN source AS s ON s.source_id = r.source_id
 WHERE r.run_id = :'id'::bigint;
