-- The sources, with what their latest run was configured with.
SELECT s.name AS source, s.time_zone, s.leaf, s.expected_by, s.retain_days, s.kept_from::text AS kept_from,
       (SELECT min(d.tx_date)::text FROM subject_day AS d
         WHERE d.source_id = s.source_id AND d.subject_type = 'total' AND d.subject_id = '') AS first_date,
       c.last_date::text AS last_date,
       (SELECT coalesce(json_agg(h.currency ORDER BY h.currency), '[]')
          FROM (SELECT DISTINCT d.currency FROM subject_day AS d
                 WHERE d.source_id = s.source_id AND d.subject_type = 'total'
                   AND d.subject_id = '') AS h) AS currencies
  FROM source AS s
  LEFT JOIN ingestion_state AS c ON c.source_id = s.source_id
 ORDER BY s.name;
