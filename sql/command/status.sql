-- Each source with its checkpoint and its latest run, for txingest status. A run that loads nothing is shown
-- while it is under way, and when it did not go well, until one of its kind does.
SELECT s.name AS source, s.time_zone, st.last_date,
       to_char(st.watermark AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS watermark,
       s.kept_from, s.retain_days, s.expected_by,
       (SELECT count(*) FROM ingestion_file AS f WHERE f.source_id = s.source_id) AS files,
       s.files_waiting,
       to_char(s.files_seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS files_seen_at,
       (SELECT count(*) FROM rejected_record AS j
         WHERE j.source_id = s.source_id AND j.resolved_run IS NULL) AS open_rejects,
       r.run_id::text AS run_id, r.mode, r.status,
       to_char(r.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started_at,
       to_char(r.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS finished_at,
       r.records, r.loaded, r.duplicate, r.rejected, r.anomalies, r.first_date, r.last_date AS last_touched,
       r.error, p.bytes AS bytes_read, p.total_bytes AS bytes_to_read, p.records AS records_read,
       p.tx_date AS date_at_hand,
       (p.records / nullif(extract(epoch FROM p.at - r.started_at), 0))::bigint AS rows_per_second,
       (extract(epoch FROM p.at - r.started_at) * (p.total_bytes - p.bytes)
        / nullif(p.bytes, 0))::bigint AS seconds_left,
       to_char(p.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS progress_at
  FROM source AS s
  LEFT JOIN ingestion_state AS st ON st.source_id = s.source_id
  LEFT JOIN LATERAL (
       SELECT *
         FROM ingestion_run AS i
        WHERE i.source_id = s.source_id
          AND (i.mode NOT IN ('retain', 'verdicts', 'suppress') OR i.status = 'running'
               OR (i.status IN ('failure', 'interrupted')
                   AND NOT EXISTS (SELECT FROM ingestion_run AS l
                                    WHERE l.source_id = i.source_id AND l.run_id > i.run_id
                                      AND l.mode = i.mode AND l.status IN ('success', 'partial'))))
        ORDER BY i.run_id DESC
        LIMIT 1) AS r ON true
  LEFT JOIN run_progress AS p ON p.run_id = r.run_id AND r.status = 'running'
 ORDER BY s.name;
