-- How many transactions, and of which amounts, in [start, end), with the count of each bucket.
--
-- start, end: RFC 3339, or a date (its first moment in tz); '' is the end of the newest date with
-- data, and 30 days before the end. bucket: day, week or month of tz, or hour: one of UTC, as an
-- hour is one wherever clocks are set. source: '' is all.
--
-- Whole hours are taken from hour_count, the two that start and end cut from transactions. Where
-- tz is not whole hours away from UTC, midnight cuts an hour too: hour_count has its two parts
-- apart for a source of that very zone; for another zone's they are counted from transactions.
-- No row: start is not before end, or there are more than 100,000 buckets.
WITH sources AS MATERIALIZED (
    SELECT source_id, name, time_zone = :'tz' AND :'bucket' <> 'hour' AS is_own
      FROM source WHERE :'source' = '' OR name = :'source'
), given AS (
    SELECT CASE WHEN length(:'start') = 10 THEN :'start'::timestamp END AS start_date,
           CASE WHEN length(:'end') = 10 THEN :'end'::timestamp END AS end_date,
           CASE WHEN length(:'start') <> 10 THEN nullif(:'start', '')::timestamptz END AS start_at,
           CASE WHEN length(:'end') <> 10 THEN nullif(:'end', '')::timestamptz END AS end_at,
           (SELECT (max(last_date) + 1)::timestamp FROM ingestion_state
             WHERE source_id IN (SELECT source_id FROM sources)) AS newest
), dated AS (
    SELECT *, coalesce(end_date, end_at AT TIME ZONE :'tz', newest) AS end_local FROM given
), filled AS (
    SELECT coalesce(start_date, CASE WHEN start_at IS NULL THEN end_local - interval '30 days' END)
               AS start_date, start_at,
           coalesce(end_date, CASE WHEN end_at IS NULL THEN newest END) AS end_date, end_at
      FROM dated
), ranges AS MATERIALIZED (
    -- A date starts with its first moment: where clocks go back at midnight it comes twice.
    SELECT coalesce(start_at, CASE WHEN (start_date AT TIME ZONE :'tz' - interval '1 hour')
                                        AT TIME ZONE :'tz' >= start_date
                                   THEN start_date AT TIME ZONE :'tz' - interval '1 hour'
                                   ELSE start_date AT TIME ZONE :'tz' END) AS lo,
           coalesce(end_at, CASE WHEN (end_date AT TIME ZONE :'tz' - interval '1 hour')
                                      AT TIME ZONE :'tz' >= end_date
                                 THEN end_date AT TIME ZONE :'tz' - interval '1 hour'
                                 ELSE end_date AT TIME ZONE :'tz' END) AS hi,
           ('1 ' || :'bucket')::interval AS step,
           CASE WHEN :'bucket' = 'hour' THEN 'UTC' ELSE :'tz' END AS zone
      FROM filled
), bounds AS MATERIALIZED (
    SELECT *, date_bin('1 hour', lo + interval '1 hour' - interval '1 us',
                       timestamptz '2000-01-01 00:00:00+00') AS whole_lo,
           date_bin('1 hour', hi, timestamptz '2000-01-01 00:00:00+00') AS whole_hi
      FROM ranges
     WHERE lo < hi AND hi - lo <= step * 100000
), keys AS MATERIALIZED (
    -- A bucket is known by the local time that it starts at.
    SELECT k AS key, CASE WHEN (k AT TIME ZONE zone - interval '1 hour') AT TIME ZONE zone >= k
                          THEN k AT TIME ZONE zone - interval '1 hour'
                          ELSE k AT TIME ZONE zone END AS edge
      FROM bounds
     CROSS JOIN generate_series(date_trunc(:'bucket', lo AT TIME ZONE zone),
                                hi AT TIME ZONE zone, step) AS k
), hours AS MATERIALIZED (
    SELECT s.source_id, h.hour, h.currency, h.n, h.amount_sum,
           date_trunc(:'bucket', CASE WHEN s.is_own THEN h.tx_date::timestamp
                                      ELSE h.hour AT TIME ZONE b.zone END) AS key,
           NOT s.is_own AND date_trunc(:'bucket', h.hour AT TIME ZONE b.zone) <>
               date_trunc(:'bucket', (h.hour + interval '1 hour' - interval '1 us')
                                     AT TIME ZONE b.zone) AS is_cut
      FROM bounds AS b CROSS JOIN sources AS s
      JOIN hour_count AS h ON h.source_id = s.source_id
       AND h.hour >= b.whole_lo AND h.hour < b.whole_hi
), pieces AS MATERIALIZED (
    SELECT s.source_id, p.since, p.until
      FROM bounds AS b CROSS JOIN sources AS s
     CROSS JOIN LATERAL (VALUES (b.lo, least(b.whole_lo, b.hi)),
                                (greatest(b.whole_hi, b.whole_lo), b.hi)) AS p (since, until)
     WHERE p.since < p.until
     UNION
    SELECT source_id, hour, hour + interval '1 hour' FROM hours WHERE is_cut
), counted AS MATERIALIZED (
    SELECT key, currency, CASE :'group_by' WHEN 'source' THEN s.name ELSE currency END AS grp,
           sum(n) AS n, sum(amount) AS amount
      FROM (SELECT source_id, key, currency, n, amount_sum AS amount FROM hours WHERE NOT is_cut
             UNION ALL
            SELECT p.source_id, date_trunc(:'bucket', t.ts AT TIME ZONE b.zone), t.currency, 1, t.amount
              FROM bounds AS b CROSS JOIN pieces AS p JOIN source AS s USING (source_id)
             CROSS JOIN LATERAL (
                   SELECT ts, currency, amount FROM transactions
                    WHERE source_id = p.source_id AND ts >= p.since AND ts < p.until
                      AND tx_date BETWEEN (p.since AT TIME ZONE s.time_zone)::date
                                      AND (p.until AT TIME ZONE s.time_zone)::date) AS t) AS c
      JOIN sources AS s USING (source_id)
     GROUP BY key, currency, grp
), buckets AS (
    SELECT greatest(k.edge, b.lo) AS start, coalesce(c.n, 0) AS n, coalesce(c.amounts, '[]') AS amounts,
           coalesce(g.groups, '[]') AS groups
      FROM bounds AS b CROSS JOIN keys AS k
      LEFT JOIN (SELECT key, sum(n) AS n,
                        json_agg(json_build_object('currency', currency, 'n', n, 'amount', amount::text)
                                 ORDER BY currency) AS amounts
                   FROM (SELECT key, currency, sum(n) AS n, sum(amount) AS amount
                           FROM counted GROUP BY key, currency) AS c
                  GROUP BY key) AS c ON c.key = k.key
      LEFT JOIN (SELECT key, json_agg(json_build_object('key', grp, 'n', n) ORDER BY grp) AS groups
                   FROM (SELECT key, grp, sum(n) AS n FROM counted GROUP BY key, grp) AS c
                  WHERE :'group_by' <> ''
                  GROUP BY key) AS g ON g.key = k.key
     WHERE k.edge < b.hi
)
SELECT to_char(r.lo AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS start,
       to_char(r.hi AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "end",
       :'bucket' AS bucket, :'tz' AS tz,
       (SELECT coalesce(sum(n), 0)::bigint FROM counted) AS total,
       (SELECT coalesce(json_agg(json_build_object('currency', a.currency, 'n', a.n,
                                                   'amount', a.amount::text) ORDER BY a.currency),
                        '[]')
          FROM (SELECT currency, sum(n) AS n, sum(amount) AS amount
                  FROM counted GROUP BY currency) AS a) AS amounts,
       :'group_by' AS group_by,
       (SELECT coalesce(json_agg(json_build_object('key', g.grp, 'n', g.n, 'amounts', g.amounts)
                                 ORDER BY g.grp), '[]')
          FROM (SELECT grp, sum(n) AS n,
                       json_agg(json_build_object('currency', currency, 'n', n, 'amount', amount::text)
                                ORDER BY currency) AS amounts
                  FROM (SELECT grp, currency, sum(n) AS n, sum(amount) AS amount
                          FROM counted GROUP BY grp, currency) AS c
                 GROUP BY grp) AS g WHERE :'group_by' <> '') AS groups,
       (SELECT coalesce(json_agg(json_build_object(
                   'start', to_char(start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'n', n,
                   'amounts', amounts, 'groups', groups)
                   ORDER BY start), '[]')
          FROM buckets) AS buckets
  FROM ranges AS r
 WHERE r.lo IS NULL OR EXISTS (SELECT FROM bounds);
