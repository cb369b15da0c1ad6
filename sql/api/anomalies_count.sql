-- How many anomalies on the dates of [start, end), by detector, severity, type of subject, source and
-- state, and by bucket of dates.
--
-- start, end: a date, or RFC 3339, of which the date in tz counts; '' is the day behind the newest
-- date with data, and 30 days before the end. bucket: day, week or month. source, detector: '' is
-- all. severity, subject_type: some with commas between, '' is all. No row: start is not before end,
-- or there are more than 100,000 dates.
WITH sources AS MATERIALIZED (
    SELECT source_id, name FROM source WHERE :'source' IN ('', name)
), given AS (
    SELECT CASE WHEN length(:'start') = 10 THEN :'start'::date
                ELSE (nullif(:'start', '')::timestamptz AT TIME ZONE :'tz')::date END AS lo,
           CASE WHEN length(:'end') = 10 THEN :'end'::date
                ELSE (nullif(:'end', '')::timestamptz AT TIME ZONE :'tz')::date END AS hi,
           (SELECT max(last_date) + 1 FROM ingestion_state
             WHERE source_id IN (SELECT source_id FROM sources)) AS newest
     WHERE timestamptz 'epoch' AT TIME ZONE :'tz' IS NOT NULL -- also where no time needs it
), ranges AS MATERIALIZED (
    SELECT coalesce(lo, coalesce(hi, newest) - 30) AS lo, coalesce(hi, newest) AS hi FROM given
), found AS MATERIALIZED (
    SELECT date_trunc(:'bucket', a.tx_date::timestamp)::date AS key, a.detector, a.severity,
           a.subject_type, s.name AS source, a.state, count(*) AS n
      FROM ranges AS r CROSS JOIN sources AS s
      JOIN anomaly AS a ON a.source_id = s.source_id AND a.tx_date >= r.lo AND a.tx_date < r.hi
     WHERE :'detector' IN ('', a.detector)
       AND (:'severity' = '' OR a.severity = ANY (string_to_array(:'severity', ',')))
       AND (:'subject_type' = '' OR a.subject_type = ANY (string_to_array(:'subject_type', ',')))
     GROUP BY 1, 2, 3, 4, 5, 6
), buckets AS (
    SELECT k::date AS key, coalesce(d.n, 0) AS n, coalesce(d.by_detector, '[]') AS by_detector,
           coalesce(v.by_severity, '[]') AS by_severity, coalesce(t.by_state, '[]') AS by_state
      FROM ranges AS r
     CROSS JOIN generate_series(date_trunc(:'bucket', r.lo::timestamp), r.hi::timestamp - interval '1 day',
                                ('1 ' || :'bucket')::interval) AS k
      LEFT JOIN (SELECT key, sum(n) AS n,
                        json_agg(json_build_object('detector', detector, 'n', n) ORDER BY detector) AS by_detector
                   FROM (SELECT key, detector, sum(n) AS n FROM found GROUP BY key, detector) AS f
                  GROUP BY key) AS d ON d.key = k::date
      LEFT JOIN (SELECT key, json_agg(json_build_object('severity', severity, 'n', n)
                                      ORDER BY array_position('{low,medium,high,critical}'::text[], severity)) AS by_severity
                   FROM (SELECT key, severity, sum(n) AS n FROM found GROUP BY key, severity) AS f
                  GROUP BY key) AS v ON v.key = k::date
      LEFT JOIN (SELECT key, json_agg(json_build_object('state', state, 'n', n) ORDER BY state) AS by_state
                   FROM (SELECT key, state, sum(n) AS n FROM found GROUP BY key, state) AS f
                  GROUP BY key) AS t ON t.key = k::date
     WHERE r.hi - r.lo <= 100000
)
SELECT r.lo::text AS start, r.hi::text AS "end", :'tz' AS tz, :'bucket' AS bucket,
       (SELECT coalesce(sum(n), 0)::bigint FROM found) AS total,
       (SELECT coalesce(json_agg(json_build_object('detector', d.k, 'n', d.n) ORDER BY d.k), '[]')
          FROM (SELECT detector AS k, sum(n) AS n FROM found GROUP BY 1) AS d) AS by_detector,
       (SELECT coalesce(json_agg(json_build_object('severity', d.k, 'n', d.n)
                                 ORDER BY array_position('{low,medium,high,critical}'::text[], d.k)), '[]')
          FROM (SELECT severity AS k, sum(n) AS n FROM found GROUP BY 1) AS d) AS by_severity,
       (SELECT coalesce(json_agg(json_build_object('subject_type', d.k, 'n', d.n) ORDER BY d.k), '[]')
          FROM (SELECT subject_type AS k, sum(n) AS n FROM found GROUP BY 1) AS d) AS by_subject_type,
       (SELECT coalesce(json_agg(json_build_object('source', d.k, 'n', d.n) ORDER BY d.k), '[]')
          FROM (SELECT source AS k, sum(n) AS n FROM found GROUP BY 1) AS d) AS by_source,
       (SELECT coalesce(json_agg(json_build_object('state', d.k, 'n', d.n) ORDER BY d.k), '[]')
          FROM (SELECT state AS k, sum(n) AS n FROM found GROUP BY 1) AS d) AS by_state,
       (SELECT coalesce(json_agg(json_build_object('start', greatest(b.key, r.lo), 'n', b.n,
                                                   'by_detector', b.by_detector,
                                                   'by_severity', b.by_severity,
                                                   'by_state', b.by_state) ORDER BY b.key), '[]')
          FROM buckets AS b) AS buckets
  FROM ranges AS r
 WHERE r.lo IS NULL OR (r.lo < r.hi AND r.hi - r.lo <= 100000);
