-- late: a date that came later than it should, or than that weekday usually does.
--
-- When a date came is when the first run that loaded records of it (undone since or not) began, in hours
-- after the date's end in the source's zone. It should by the source's expected_by; where none is
-- configured, usual for the weekday is up to threshold times their median distance after the median of
-- the weeks before. What came more than give_up days later is history that was loaded then, and no feed
-- that was late.
--
-- param weeks       = 8      before the date
-- param min_history = 4      of them known, below which there is no opinion without expected_by
-- param threshold   = 5      deviations
-- param hours       = 1      least deviation
-- param give_up     = 7      days
--
-- lookback = weeks * 7
--
-- Window: the date in the source's zone; baseline the same weekday in [date - 7 * weeks, date).
WITH day AS MATERIALIZED (
    SELECT d.tx_date,
           extract(epoch FROM min(r.started_at) - (d.tx_date + 1)::timestamp AT TIME ZONE s.time_zone) / 3600 AS hours,
           min(r.started_at) AS came, round(extract(epoch FROM nullif(s.expected_by, '')::time) / 3600, 2) AS due
      FROM source AS s
     CROSS JOIN (SELECT DISTINCT tx_date FROM subject_day
                  WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
                    AND tx_date >= :'date'::date - 7 * :'weeks'::integer AND tx_date <= :'date'::date
                    AND (:'date'::date - tx_date) % 7 = 0) AS d
      JOIN ingestion_file AS f
        ON f.source_id = s.source_id AND d.tx_date BETWEEN f.first_date AND f.last_date
      JOIN ingestion_run AS r
        ON r.source_id = s.source_id AND r.run_id BETWEEN f.first_run AND f.last_run
       AND d.tx_date BETWEEN r.first_date AND r.last_date AND r.loaded > 0
     WHERE s.source_id = :'source'::integer
     GROUP BY d.tx_date, s.time_zone, s.expected_by
), known AS MATERIALIZED (
    SELECT tx_date, round(hours, 2) AS hours
      FROM day
     WHERE tx_date < :'date'::date AND hours <= 24 * :'give_up'::numeric
), middle AS (
    SELECT count(*) AS weeks, percentile_disc(0.5) WITHIN GROUP (ORDER BY hours) AS median
      FROM known
    HAVING count(*) >= :'min_history'::bigint
), usual AS (
    SELECT m.*, d.distance, round(greatest(1.4826 * d.distance, :'hours'::numeric), 2) AS deviation
      FROM middle AS m
     CROSS JOIN LATERAL (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY abs(k.hours - m.median)) AS distance
                           FROM known AS k) AS d
), judged AS ( -- the first data of a source is not late
    SELECT round(d.hours, 2) AS hours, d.due, u.*, coalesce(d.due, u.median + :'threshold'::numeric * u.deviation) AS upper,
           CASE WHEN d.due IS NULL THEN u.median ELSE 0 END AS base
      FROM day AS d
      LEFT JOIN usual AS u ON true
     WHERE d.tx_date = :'date'::date AND d.hours <= 24 * :'give_up'::numeric
       AND EXISTS (SELECT FROM ingestion_run AS b
                    WHERE b.source_id = :'source'::integer AND b.started_at < d.came AND b.loaded > 0
                      AND b.last_date < :'date'::date)
), found AS (
    SELECT j.*, round((hours - base) / greatest(upper - base, :'hours'::numeric), 4) AS beyond
      FROM judged AS j
     WHERE hours > upper
)
SELECT 'total' AS subject_type, '' AS subject_id, '' AS currency, '' AS transaction_id, hours AS observed,
       coalesce(due, median) AS expected, NULL::numeric AS lower, upper, 1 - 1 / (1 + beyond * beyond) AS score,
       format('came %s hours after the date''s end, %s', hours,
              CASE WHEN due IS NULL THEN format('where the median of that weekday in %s weeks is %s and at most %s is usual',
                                                weeks, median, upper)
                   ELSE format('and was expected by %s', due) END) AS reason,
       jsonb_build_object(
           'training', (SELECT coalesce(jsonb_agg(jsonb_build_object('date', k.tx_date, 'value', k.hours::text)
                                                  ORDER BY k.tx_date), '[]')
                          FROM known AS k),
           'arithmetic', CASE WHEN due IS NULL THEN jsonb_build_array(
                   format('median of %s weeks = %s hours', weeks, median),
                   format('deviation: the greater of 1.4826 * median distance %s and %s = %s', distance, :'hours'::text, deviation),
                   format('usual up to %s + %s * %s = %s', median, :'threshold'::text, deviation, upper))
               ELSE jsonb_build_array(format('expected_by is %s hours after the date''s end', due)) END
               || jsonb_build_array(format('(%s - %s) / (%s - %s) = %s: score 1 - 1 / (1 + %s^2)',
                                           hours, base, upper, base, beyond, beyond))) AS evidence
  FROM found;
