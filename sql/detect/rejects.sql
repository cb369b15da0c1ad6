-- rejects: a date of which an unusual share of the records was rejected.
--
-- A rejected record is one of the date of the record that was taken before it in its file, else of the
-- file's first. What is usual is the median share of the days before, and the scale their median
-- distance from it (times 1.4826), but at least margin.
--
-- param history     = 30     days before the date
-- param min_history = 7      of them loaded, below which there is no opinion
-- param threshold   = 5      deviations
-- param margin      = 0.002  least deviation
-- param least       = 10     rejected records of the date
--
-- lookback = history
--
-- Window: the date in the source's zone; baseline [date - history, date).
WITH refused AS MATERIALIZED (
    SELECT j.tx_date, count(*) AS n
      FROM rejected_record AS j
     WHERE j.source_id = :'source'::integer
       AND j.tx_date >= :'date'::date - :'history'::integer AND j.tx_date <= :'date'::date
     GROUP BY j.tx_date
     UNION ALL
    SELECT f.first_date, count(*)
      FROM ingestion_file AS f
      JOIN rejected_record AS j ON j.source_id = :'source'::integer AND j.file_id = f.file_id AND j.tx_date IS NULL
     WHERE f.source_id = :'source'::integer AND f.rejected > 0
       AND f.first_date >= :'date'::date - :'history'::integer AND f.first_date <= :'date'::date
     GROUP BY f.first_date
), day AS MATERIALIZED (
    SELECT d.tx_date, coalesce(r.n, 0) AS rejected, d.n + coalesce(r.n, 0) AS records,
           round(coalesce(r.n, 0) / (d.n + coalesce(r.n, 0)), 6) AS share
      FROM (SELECT tx_date, sum(n) AS n
              FROM subject_day
             WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
               AND tx_date >= :'date'::date - :'history'::integer AND tx_date <= :'date'::date
             GROUP BY tx_date) AS d
      LEFT JOIN (SELECT tx_date, sum(n) AS n FROM refused GROUP BY tx_date) AS r ON r.tx_date = d.tx_date
), middle AS (
    SELECT count(*) AS days, percentile_disc(0.5) WITHIN GROUP (ORDER BY share) AS median
      FROM day
     WHERE tx_date < :'date'::date
    HAVING count(*) >= :'min_history'::bigint
), usual AS (
    SELECT m.days, m.median, s.distance, round(greatest(1.4826 * s.distance, :'margin'::numeric), 6) AS deviation
      FROM middle AS m
     CROSS JOIN LATERAL (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY abs(d.share - m.median)) AS distance
                           FROM day AS d WHERE d.tx_date < :'date'::date) AS s
), judged AS (
    SELECT d.*, u.*, least(u.median + :'threshold'::numeric * u.deviation, 1) AS upper
      FROM day AS d
     CROSS JOIN usual AS u
     WHERE d.tx_date = :'date'::date AND d.rejected >= :'least'::bigint
), found AS (
    SELECT j.*, round((share - median) / (upper - median), 4) AS beyond FROM judged AS j WHERE share > upper
)
SELECT 'total' AS subject_type, '' AS subject_id, '' AS currency, '' AS transaction_id, share AS observed,
       median AS expected, NULL::numeric AS lower, upper, 1 - 1 / (1 + beyond * beyond) AS score,
       format('%s of %s records rejected, %s %%; the median of %s days before is %s %%, and at most %s %% is usual', rejected,
              records, round(100 * share, 2), days, round(100 * median, 2), round(100 * upper, 2)) AS reason,
       jsonb_build_object(
           'training', (SELECT jsonb_agg(jsonb_build_object('date', d.tx_date, 'value', d.share::text) ORDER BY d.tx_date)
                          FROM day AS d WHERE d.tx_date < :'date'::date),
           'arithmetic', jsonb_build_array(
               format('%s / %s = %s', rejected, records, share),
               format('median of %s days = %s, deviation: the greater of 1.4826 * %s and %s = %s', days, median, distance, :'margin'::text, deviation),
               format('usual up to %s + %s * %s = %s', median, :'threshold'::text, deviation, upper),
               format('%s times that distance: score 1 - 1 / (1 + %s^2)', beyond, beyond))) AS evidence
  FROM found;
