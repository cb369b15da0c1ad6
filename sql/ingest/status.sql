-- Each source with its checkpoint and its latest run, for txingest status.
SELECT s.name AS source, s.time_zone, st.last_date,
       to_char(st.watermark AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS watermark,
       (SELECT count(*) FROM ingestion_file AS f WHERE f.source_id = s.source_id) AS files,
       r.run_id::text AS run_id, r.status,
       to_char(r.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS started_at,
       to_char(r.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS finished_at,
       r.records, r.loaded, r.duplicate, r.rejected, r.anomalies, r.first_date, r.last_date AS last_touched,
       r.error
  FROM source AS s
  LEFT JOIN ingestion_state AS st ON st.source_id = s.source_id
  LEFT JOIN LATERAL (SELECT * FROM ingestion_run AS i WHERE i.source_id = s.source_id
                      ORDER BY i.run_id DESC LIMIT 1) AS r ON true
 ORDER BY s.name;
