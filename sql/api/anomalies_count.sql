-- How many anomalies on the dates of [start, end), by detector and by date.
--
-- start, end: a date, or RFC 3339, of which the date in tz counts; '' is the day behind the newest
-- date with data, and 30 days before the end. source, detector: '' is all. No row: start is not
-- before end, or there are more than 100,000 dates.
WITH sources AS (
    SELECT source_id FROM source WHERE :'source' = '' OR name = :'source'
), given AS (
    SELECT CASE WHEN length(:'start') = 10 THEN :'start'::date
                ELSE (nullif(:'start', '')::timestamptz AT TIME ZONE :'tz')::date END AS lo,
           CASE WHEN length(:'end') = 10 THEN :'end'::date
                ELSE (nullif(:'end', '')::timestamptz AT TIME ZONE :'tz')::date END AS hi,
           (SELECT max(last_date) + 1 FROM ingestion_state
             WHERE source_id IN (SELECT source_id FROM sources)) AS newest
), ranges AS MATERIALIZED (
    SELECT coalesce(lo, coalesce(hi, newest) - 30) AS lo, coalesce(hi, newest) AS hi FROM given
), found AS MATERIALIZED (
    SELECT a.tx_date, a.detector, count(*) AS n
      FROM anomaly AS a CROSS JOIN ranges AS r
     WHERE a.source_id IN (SELECT source_id FROM sources)
       AND a.tx_date >= r.lo AND a.tx_date < r.hi
       AND (:'detector' = '' OR a.detector = :'detector')
     GROUP BY a.tx_date, a.detector
), per_date AS (
    SELECT r.lo + i AS tx_date, coalesce(sum(f.n), 0) AS n
      FROM ranges AS r
     CROSS JOIN generate_series(0, least(r.hi - r.lo, 100000) - 1) AS i
      LEFT JOIN found AS f ON f.tx_date = r.lo + i
     GROUP BY 1
)
SELECT r.lo::text AS start, r.hi::text AS "end", :'tz' AS tz,
       (SELECT coalesce(sum(n), 0)::bigint FROM found) AS total,
       (SELECT coalesce(json_agg(json_build_object('detector', d.detector, 'n', d.n)
                                 ORDER BY d.detector), '[]')
          FROM (SELECT detector, sum(n) AS n FROM found GROUP BY detector) AS d) AS by_detector,
       (SELECT coalesce(json_agg(json_build_object('start', tx_date, 'n', n) ORDER BY tx_date), '[]')
          FROM per_date) AS buckets
  FROM ranges AS r
 WHERE r.lo IS NULL OR (r.lo < r.hi AND r.hi - r.lo <= 100000);
