-- velocity: an account with far more transactions on a day than on its own trailing days.
--
-- Finds accounts whose number of transactions on the date, over all currencies, is at least
-- min_count and lies more than threshold standard deviations and more than ratio times above the
-- mean of the account's days in the history before it. Zero and unknown days as in amount. The
-- deviation is at least the square root of the mean: that is what chance alone gives a count.
--
-- param history     = 30     trailing days of the baseline
-- param min_history = 7      loaded days below which there is no opinion
-- param threshold   = 5      standard deviations
-- param ratio       = 3      times the mean
-- param min_count   = 10     absolute floor
--
-- lookback = history
--
-- Window: the date in the source's zone; baseline [date - history, date).
WITH loaded AS (
    SELECT count(DISTINCT tx_date) AS days
      FROM subject_day
     WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
       AND tx_date >= :'date'::date - :'history'::integer AND tx_date < :'date'::date
), today AS (
    SELECT subject_id, sum(n) AS n
      FROM subject_day
     WHERE source_id = :'source'::integer AND subject_type = 'account' AND tx_date = :'date'::date
     GROUP BY subject_id
    HAVING sum(n) >= :'min_count'::bigint
), measured AS (
    SELECT t.subject_id, t.n AS observed, l.days, coalesce(b.s, 0) / l.days AS mean,
           sqrt(greatest(coalesce(b.q - b.s * b.s / l.days, 0) / (l.days - 1),
                         coalesce(b.s, 0) / l.days, 1)) AS deviation
      FROM today AS t
     CROSS JOIN loaded AS l
     CROSS JOIN LATERAL (
           SELECT sum(d.n) AS s, sum(d.n * d.n) AS q
             FROM (SELECT sum(n) AS n
                     FROM subject_day
                    WHERE source_id = :'source'::integer AND subject_type = 'account'
                      AND subject_id = t.subject_id
                      AND tx_date >= :'date'::date - :'history'::integer
                      AND tx_date < :'date'::date
                    GROUP BY tx_date) AS d) AS b
     WHERE l.days >= greatest(:'min_history'::integer, 2)
), judged AS (
    SELECT m.*, (m.observed - m.mean) / m.deviation AS z,
           greatest(m.mean + :'threshold'::numeric * m.deviation, m.mean * :'ratio'::numeric) AS upper
      FROM measured AS m
)
SELECT 'account' AS subject_type, subject_id, '' AS currency, '' AS transaction_id, observed,
       mean AS expected, NULL::numeric AS lower, upper,
       z * z / (z * z + :'threshold'::numeric * :'threshold'::numeric) AS score,
       format('%s transactions on the day, %s on average over %s loaded days: %s standard deviations above',
              observed, round(mean, 1), days, round(z, 1)) AS reason
  FROM judged
 WHERE observed > upper;
