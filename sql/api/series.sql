-- A subject's days of [start, end), with what the days before each let expect: see series_days.
--
-- subject: '' with subject_type total. metric: n, amount or mean. currency: '' is all, and then
-- amounts are of the currency that has most. source: '' is the first by name. start, end: dates; ''
-- is the day behind the source's newest date, and 90 days before the end.
-- No row: start is not before end, or there are more than 3,700 days.
WITH given AS MATERIALIZED (
    SELECT s.source_id, s.name, coalesce(nullif(:'end', '')::date, c.last_date + 1) AS hi
      FROM (SELECT) AS one
      LEFT JOIN source AS s ON :'source' IN ('', s.name)
      LEFT JOIN ingestion_state AS c ON c.source_id = s.source_id
     ORDER BY s.name
     LIMIT 1
), ranges AS MATERIALIZED (
    SELECT *, coalesce(nullif(:'start', '')::date, hi - 90) AS lo FROM given
)
SELECT coalesce(r.name, :'source') AS source, :'subject_type' AS subject_type, :'subject' AS subject, :'metric' AS metric,
       :'currency' AS currency, r.lo::text AS start, r.hi::text AS "end",
       (SELECT coalesce(json_agg(json_build_object(
                   'date', p.tx_date, 'observed', p.observed::text, 'expected', p.expected::text,
                   'lower', p.lower::text, 'upper', p.upper::text, 'state', p.state)
                   ORDER BY p.tx_date), '[]')
          FROM series_days(r.source_id, :'subject_type', :'subject', :'currency', :'metric', '', r.lo,
                           r.hi) AS p) AS points
  FROM ranges AS r
 WHERE (r.lo < r.hi) IS NULL OR (r.lo < r.hi AND r.hi - r.lo <= 3700);
