-- amount: an account's day that is far above the account's own trailing days.
--
-- Finds accounts whose sum on the date lies more than threshold standard deviations and more
-- than ratio times above the mean of the account's days in the history before it. A day on which
-- the source was loaded and the account did nothing counts as zero; a day that was not loaded
-- does not count. The date itself is never part of its own baseline.
--
-- param history     = 30     trailing days of the baseline
-- param min_history = 7      loaded days below which there is no opinion
-- param min_active  = 3      days with a transaction of the account, likewise
-- param threshold   = 4      standard deviations
-- param ratio       = 3      times the mean
-- param min_amount  = 500    absolute floor, in the currency's unit
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
    SELECT subject_id, currency, amount_sum
      FROM subject_day
     WHERE source_id = :'source'::integer AND subject_type = 'account'
       AND tx_date = :'date'::date AND amount_sum >= :'min_amount'::numeric
), measured AS (
    SELECT t.subject_id, t.currency, t.amount_sum AS observed, l.days, b.active,
           b.s / l.days AS mean,
           greatest(sqrt(greatest(b.q - b.s * b.s / l.days, 0) / (l.days - 1)),
                    abs(b.s / l.days) * 0.1, 0.01) AS deviation
      FROM today AS t
     CROSS JOIN loaded AS l
     CROSS JOIN LATERAL (
           SELECT count(*) AS active, sum(amount_sum) AS s, sum(amount_sum * amount_sum) AS q
             FROM subject_day
            WHERE source_id = :'source'::integer AND subject_type = 'account'
              AND subject_id = t.subject_id AND currency = t.currency
              AND tx_date >= :'date'::date - :'history'::integer AND tx_date < :'date'::date) AS b
     WHERE l.days >= greatest(:'min_history'::integer, 2) AND b.active >= :'min_active'::integer
), judged AS (
    SELECT m.*, (m.observed - m.mean) / m.deviation AS z,
           greatest(m.mean + :'threshold'::numeric * m.deviation, m.mean * :'ratio'::numeric) AS upper
      FROM measured AS m
)
SELECT 'account' AS subject_type, subject_id, currency, '' AS transaction_id, observed,
       mean AS expected, NULL::numeric AS lower, upper,
       z * z / (z * z + :'threshold'::numeric * :'threshold'::numeric) AS score,
       format('%s %s on the day, %s on average over %s loaded days (%s with a transaction): %s standard deviations above',
              observed, currency, round(mean, 2), days, active, round(z, 1)) AS reason
  FROM judged
 WHERE observed > upper;
