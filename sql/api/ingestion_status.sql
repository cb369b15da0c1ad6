-- Each source: how far it has come, when the date behind its last is due, and what waits. Then its
-- latest run that was to load something (verdicts, undo, suppress and retain are none), its latest
-- runs whatever they were to do, and what became of its latest days on which it was to load something.
WITH loads AS MATERIALIZED (
    SELECT s.source_id, r.run_id, r.started_at
      FROM source AS s
     CROSS JOIN LATERAL (SELECT i.run_id, i.started_at FROM ingestion_run AS i
                          WHERE i.source_id = s.source_id AND i.mode IN ('ingest', 'rerun', 'replace')
                          ORDER BY i.run_id DESC LIMIT 1) AS r
), recent AS MATERIALIZED (
    SELECT s.source_id, r.run_id
      FROM source AS s
     CROSS JOIN LATERAL (SELECT i.run_id FROM ingestion_run AS i
                          WHERE i.source_id = s.source_id ORDER BY i.run_id DESC LIMIT 20) AS r
), runs AS MATERIALIZED (
    SELECT r.run_id, json_build_object(
               'run_id', r.run_id::text, 'mode', r.mode, 'status', r.status,
               'started_at', to_char(r.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
               'finished_at', to_char(r.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
               'duration_seconds', round(extract(epoch FROM r.finished_at - r.started_at), 3),
               'files', r.files, 'bytes', r.bytes, 'records', r.records, 'loaded', r.loaded,
               'duplicate', r.duplicate, 'rejected', r.rejected, 'anomalies', r.anomalies,
               'first_date', r.first_date, 'last_date', r.last_date, 'error', r.error,
               'progress', CASE WHEN p.run_id IS NOT NULL THEN json_build_object(
                   'bytes', p.bytes::text, 'total_bytes', p.total_bytes::text, 'records', p.records,
                   'date', p.tx_date,
                   'at', to_char(p.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) END) AS run
      FROM ingestion_run AS r
      LEFT JOIN run_progress AS p ON p.run_id = r.run_id AND r.status = 'running'
     WHERE r.run_id IN (SELECT run_id FROM loads UNION SELECT run_id FROM recent)
), days AS MATERIALIZED (
    SELECT d.source_id, d.day, max(d.run_id) AS run_id, count(*) AS n, sum(d.loaded) AS loaded,
           sum(d.rejected) AS rejected, (array_agg(d.status ORDER BY d.run_id DESC))[1] AS status,
           bool_and(d.finished_at AT TIME ZONE d.time_zone > d.day + nullif(d.expected_by, '')::time)
               FILTER (WHERE d.loaded > 0 AND d.last_date = d.day - 1) AS late
      FROM (SELECT i.*, s.time_zone, s.expected_by,
                   (i.started_at AT TIME ZONE s.time_zone)::date AS day
              FROM loads AS l
              JOIN source AS s ON s.source_id = l.source_id
              JOIN ingestion_run AS i ON i.source_id = l.source_id
             WHERE i.mode IN ('ingest', 'rerun', 'replace')
               AND i.started_at > l.started_at - interval '30 days') AS d
     GROUP BY d.source_id, d.day
)
SELECT s.name AS source, s.time_zone, c.last_date::text AS last_date,
       to_char(c.watermark AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS watermark,
       (SELECT count(*) FROM ingestion_file AS f WHERE f.source_id = s.source_id) AS files,
       (SELECT to_char(max(ok.finished_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
          FROM ingestion_run AS ok
         WHERE ok.source_id = s.source_id AND ok.status IN ('success', 'partial')
           AND ok.mode IN ('ingest', 'rerun', 'replace')) AS latest_success_at,
       s.expected_by,
       to_char(((c.last_date + 2) + nullif(s.expected_by, '')::time) AT TIME ZONE s.time_zone AT TIME ZONE 'UTC',
               'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS due_at,
       s.files_waiting,
       to_char(s.files_seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS files_seen_at,
       (SELECT r.run FROM runs AS r WHERE r.run_id = l.run_id) AS latest_run,
       (SELECT coalesce(json_agg(r.run ORDER BY r.run_id DESC), '[]')
          FROM runs AS r JOIN recent AS n USING (run_id)
         WHERE n.source_id = s.source_id) AS recent_runs,
       (SELECT coalesce(json_agg(json_build_object(
                   'date', d.day, 'run_id', d.run_id::text, 'runs', d.n, 'loaded', d.loaded,
                   'rejected', d.rejected, 'late', coalesce(d.late, false),
                   'status', CASE WHEN d.status = 'success' AND d.rejected > 0 THEN 'partial' ELSE d.status END)
                                 ORDER BY d.day), '[]')
          FROM days AS d WHERE d.source_id = s.source_id) AS recent_days
  FROM source AS s
  LEFT JOIN ingestion_state AS c ON c.source_id = s.source_id
  LEFT JOIN loads AS l ON l.source_id = s.source_id
 ORDER BY s.name;
