-- volume: a day on which the whole source has far more or far fewer transactions than usual.
--
-- Compares the date's number of transactions with the median of the same weekday in the weeks
-- before it; the scale is the median of the distances from that median (times 1.4826, which makes
-- it the standard deviation of a normal distribution), and at least margin of the median. A week
-- in which the weekday was not loaded does not count. The date is not part of its own baseline.
--
-- param weeks       = 8      weeks before the date
-- param min_history = 4      of them loaded, below which there is no opinion
-- param threshold   = 5      deviations
-- param margin      = 0.1    least deviation, as a share of the median
-- param min_count   = 100    absolute floor of the distance from the median
--
-- lookback = weeks * 7
--
-- Window: the date in the source's zone; baseline the same weekday in [date - 7 * weeks, date).
WITH days AS (
    SELECT tx_date, sum(n) AS n
      FROM subject_day
     WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
       AND tx_date >= :'date'::date - 7 * :'weeks'::integer AND tx_date <= :'date'::date
       AND (:'date'::date - tx_date) % 7 = 0
     GROUP BY tx_date
), baseline AS (
    SELECT count(*) AS weeks, percentile_disc(0.5) WITHIN GROUP (ORDER BY n) AS median
      FROM days WHERE tx_date < :'date'::date
), scale AS (
    SELECT greatest(1.4826 * percentile_disc(0.5) WITHIN GROUP (ORDER BY abs(d.n - b.median)),
                    :'margin'::numeric * min(b.median), 1) AS deviation
      FROM days AS d CROSS JOIN baseline AS b
     WHERE d.tx_date < :'date'::date
), judged AS (
    SELECT d.n AS observed, b.weeks, b.median, s.deviation, (d.n - b.median) / s.deviation AS z
      FROM days AS d CROSS JOIN baseline AS b CROSS JOIN scale AS s
     WHERE d.tx_date = :'date'::date AND b.weeks >= :'min_history'::integer
)
SELECT 'total' AS subject_type, '' AS subject_id, '' AS currency, '' AS transaction_id, observed,
       median AS expected, greatest(median - :'threshold'::numeric * deviation, 0) AS lower,
       median + :'threshold'::numeric * deviation AS upper,
       z * z / (z * z + :'threshold'::numeric * :'threshold'::numeric) AS score,
       format('%s transactions on the day, %s in the middle of the same weekday of %s weeks: %s deviations %s',
              observed, median, weeks, round(abs(z), 1),
              CASE WHEN z > 0 THEN 'above' ELSE 'below' END) AS reason
  FROM judged
 WHERE abs(z) > :'threshold'::numeric AND abs(observed - median) >= :'min_count'::numeric;
