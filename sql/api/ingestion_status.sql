-- Each source: how far it has come, when the date behind its last is due, what waits, and its latest
-- run with, while that is under way, how far it is.
SELECT s.name AS source, s.time_zone, c.last_date::text AS last_date,
       to_char(c.watermark AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS watermark,
       (SELECT count(*) FROM ingestion_file AS f WHERE f.source_id = s.source_id) AS files,
       (SELECT to_char(max(ok.finished_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
          FROM ingestion_run AS ok
         WHERE ok.source_id = s.source_id AND ok.status IN ('success', 'partial')) AS latest_success_at,
       s.expected_by,
       to_char(((c.last_date + 2) + nullif(s.expected_by, '')::time) AT TIME ZONE s.time_zone AT TIME ZONE 'UTC',
               'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS due_at,
       s.files_waiting,
       to_char(s.files_seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS files_seen_at,
       CASE WHEN r.run_id IS NOT NULL THEN json_build_object(
           'run_id', r.run_id::text, 'mode', r.mode, 'status', r.status,
           'started_at', to_char(r.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           'finished_at', to_char(r.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           'duration_seconds', round(extract(epoch FROM r.finished_at - r.started_at), 3),
           'files', r.files, 'bytes', r.bytes, 'records', r.records, 'loaded', r.loaded,
           'duplicate', r.duplicate, 'rejected', r.rejected, 'anomalies', r.anomalies,
           'first_date', r.first_date, 'last_date', r.last_date, 'error', r.error,
           'progress', (SELECT json_build_object(
                            'bytes', p.bytes::text, 'total_bytes', p.total_bytes::text,
                            'records', p.records, 'date', p.tx_date,
                            'at', to_char(p.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
                          FROM run_progress AS p
                         WHERE p.run_id = r.run_id AND r.status = 'running')) END AS latest_run
  FROM source AS s
  LEFT JOIN ingestion_state AS c ON c.source_id = s.source_id
  LEFT JOIN LATERAL (SELECT * FROM ingestion_run AS i WHERE i.source_id = s.source_id
                      ORDER BY i.run_id DESC LIMIT 1) AS r ON true
 ORDER BY s.name;
