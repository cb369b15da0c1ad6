-- series: a subject's day far from what the same subject had on its days before.
--
-- What is usual is the median of the days before, and how far from it is usual their median distance
-- from it (times 1.4826, which makes it the standard deviation of a normal distribution), but at least
-- margin of the median, and of a count its square root, which is what chance alone gives. A day on
-- which the source was loaded and the subject did nothing is zero (for mean: none); one that was not
-- loaded does not count. A subject that rests on most days is compared with those on which it did not.
-- The date is never part of its own baseline, nor is fraud that was known: an account's whole day with
-- one, and of others' days the transactions themselves.
--
-- param subject     = total | account | merchant | channel | country
-- param metric      = n | amount | mean      of its transactions
-- param season      = none | week            week: compared with the same weekday alone
-- param direction   = both | spike | drop
-- param history     = 30     days before the date
-- param min_history = 7      of them compared with, below which there is no opinion
-- param min_active  = 3      of them with a transaction of the subject, likewise
-- param threshold   = 5      deviations
-- param margin      = 0.1    least deviation, as a share of the median
-- param ratio       = 1      times the median; a drop: the median by it
-- param tail        = 0      times what one day in ten exceeds; a drop: what one in ten is below, by it; 0: not asked
-- param floor       = 0      least distance from the median
-- param judged      = 1500   subjects of a date that are looked at: those with the largest values
--
-- lookback = history
--
-- It is no detector by itself; these are made of it, as others are by file = series:
--
-- as volume: a day on which the whole source has far more or fewer transactions than on that weekday before
--     metric = n, season = week, history = 56, min_history = 4, ratio = 1.3, floor = 100
-- as turnover: a day on which the whole source has a far larger or smaller sum than on that weekday before
--     metric = amount, season = week, history = 56, min_history = 4, ratio = 2, floor = 1000
-- as amount: an account's day far above its own days before
--     subject = account, metric = amount, direction = spike, ratio = 3, tail = 2, floor = 500
-- as velocity: an account with far more transactions on a day than on its own days before
--     subject = account, direction = spike, ratio = 3, tail = 2, floor = 9
-- as merchant: a merchant with far more transactions on a day than on its own days before
--     subject = merchant, direction = spike, ratio = 4, tail = 2, floor = 50
-- as channel: a channel with far more or fewer transactions than on that weekday before
--     subject = channel, season = week, history = 56, min_history = 4, ratio = 2, floor = 100
-- as country: a country with far more transactions on a day than on its own days before
--     subject = country, direction = spike, ratio = 3, tail = 2, floor = 50
--
-- Window: the date in the source's zone; baseline [date - history, date).
WITH calendar AS MATERIALIZED (
    SELECT tx_date
      FROM subject_day
     WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
       AND tx_date >= :'date'::date - :'history'::integer AND tx_date <= :'date'::date
       AND (:'season' = 'none' OR (:'date'::date - tx_date) % 7 = 0)
     GROUP BY tx_date
), today AS MATERIALIZED (
    SELECT subject_id, CASE :'metric' WHEN 'n' THEN '' ELSE currency END AS currency,
           CASE :'metric' WHEN 'n' THEN sum(n) WHEN 'amount' THEN sum(amount_sum)
                          ELSE round(sum(amount_sum) / sum(n), 4) END AS observed
      FROM subject_day
     WHERE source_id = :'source'::integer AND subject_type = :'subject' AND tx_date = :'date'::date
     GROUP BY 1, 2
), before AS ( -- who may have less than then, or nothing
    SELECT d.subject_id, CASE :'metric' WHEN 'n' THEN '' ELSE d.currency END AS currency,
           CASE :'metric' WHEN 'n' THEN sum(d.n) ELSE sum(d.amount_sum) END AS value
      FROM subject_day AS d
     WHERE :'direction' <> 'spike' AND d.source_id = :'source'::integer AND d.subject_type = :'subject'
       AND d.tx_date >= :'date'::date - :'history'::integer AND d.tx_date < :'date'::date
     GROUP BY 1, 2
     ORDER BY value DESC, d.subject_id, currency
     LIMIT :'judged'::bigint
), candidate AS MATERIALIZED (
    (SELECT subject_id, currency, observed
       FROM today
      WHERE :'direction' <> 'drop' AND observed >= :'floor'::numeric
      ORDER BY observed DESC, subject_id, currency
      LIMIT :'judged'::bigint)
     UNION
    SELECT b.subject_id, b.currency, coalesce(t.observed, 0)
      FROM before AS b
      LEFT JOIN today AS t ON t.subject_id = b.subject_id AND t.currency = b.currency
     WHERE t.observed IS NOT NULL
        OR :'metric' <> 'mean' AND EXISTS (SELECT FROM calendar WHERE tx_date = :'date'::date)
), fraud AS MATERIALIZED (
    SELECT CASE :'subject' WHEN 'total' THEN '' WHEN 'account' THEN t.account_id WHEN 'merchant' THEN t.merchant_id
                           WHEN 'channel' THEN t.channel ELSE t.country END AS subject_id,
           CASE :'metric' WHEN 'n' THEN '' ELSE t.currency END AS currency,
           v.tx_date, count(*) AS n, sum(t.amount) AS amount
      FROM verdict AS v
     CROSS JOIN LATERAL ( -- by the key, whatever the planner expects
           SELECT * FROM transactions AS k
            WHERE k.source_id = :'source'::integer AND k.tx_date = v.tx_date
              AND k.account_id = v.account_id AND k.transaction_id = v.transaction_id
           OFFSET 0) AS t
     WHERE v.source_id = :'source'::integer AND v.verdict = 'fraud'
       AND v.tx_date >= :'date'::date - :'history'::integer AND v.tx_date < :'date'::date
       AND v.decided_on < :'date'::date AND v.replaced_on >= :'date'::date
     GROUP BY 1, 2, 3
), likely AS MATERIALIZED ( -- who was as high on more than half of the days is no spike
    SELECT c.subject_id, c.currency, c.observed
      FROM candidate AS c
      JOIN subject_day AS d
        ON d.subject_id = c.subject_id AND (:'metric' = 'n' OR d.currency = c.currency)
     WHERE d.source_id = :'source'::integer AND d.subject_type = :'subject'
       AND d.tx_date >= :'date'::date - :'history'::integer AND d.tx_date < :'date'::date
       AND (:'season' = 'none' OR (:'date'::date - d.tx_date) % 7 = 0)
     GROUP BY 1, 2, 3
    HAVING :'direction' <> 'spike' AND count(*) >= :'min_active'::bigint
        OR 2 * count(*) FILTER (WHERE :'ratio'::numeric * CASE :'metric' WHEN 'n' THEN d.n WHEN 'amount' THEN d.amount_sum
                                                          ELSE d.amount_sum / d.n END >= c.observed
                                  AND (d.subject_id, d.tx_date) NOT IN (SELECT subject_id, tx_date FROM fraud))
           <= greatest(count(*), (SELECT count(*) FROM calendar))
), active AS MATERIALIZED ( -- their days; without the fraud, NULL: nothing is left
    SELECT h.*, f.n AS frauds, f.amount AS fraud_amount,
           CASE WHEN :'subject' = 'account' AND f.n > 0 OR h.n <= f.n THEN NULL
                WHEN :'metric' = 'n' THEN h.n - coalesce(f.n, 0)
                WHEN :'metric' = 'amount' THEN h.amount - coalesce(f.amount, 0)
                ELSE round((h.amount - coalesce(f.amount, 0)) / (h.n - coalesce(f.n, 0)), 4) END AS value
      FROM (SELECT l.subject_id, l.currency, l.observed, d.tx_date, sum(d.n) AS n, sum(d.amount_sum) AS amount
              FROM likely AS l
              JOIN subject_day AS d
                ON d.subject_id = l.subject_id AND (:'metric' = 'n' OR d.currency = l.currency)
             WHERE d.source_id = :'source'::integer AND d.subject_type = :'subject'
               AND d.tx_date >= :'date'::date - :'history'::integer AND d.tx_date < :'date'::date
               AND (:'season' = 'none' OR (:'date'::date - d.tx_date) % 7 = 0)
             GROUP BY 1, 2, 3, 4) AS h
      LEFT JOIN fraud AS f ON f.subject_id = h.subject_id AND f.currency = h.currency AND f.tx_date = h.tx_date
), counted AS ( -- rests: is compared with the days on which it did not
    SELECT subject_id, currency, observed, count(value) AS active,
           count(value) + CASE :'metric' WHEN 'mean' THEN 0
                          ELSE (SELECT count(*) FROM calendar WHERE tx_date < :'date'::date) - count(*) END AS known,
           array_agg(tx_date) AS dates, array_agg(value) AS vals, array_agg(frauds) AS frauds,
           array_agg(fraud_amount) AS fraud_amounts
      FROM active
     GROUP BY 1, 2, 3
), middle AS MATERIALIZED ( -- a subject's days are kept in arrays: joined by date, they would be met in loops
    SELECT l.subject_id, l.currency, l.observed, l.active, l.known, l.rests, b.*
      FROM (SELECT *, 2 * active <= known AS rests FROM counted
             WHERE active >= :'min_active'::bigint) AS l
     CROSS JOIN LATERAL (
           SELECT count(*) FILTER (WHERE why IS NULL) AS days,
                  percentile_disc(0.5) WITHIN GROUP (ORDER BY value) FILTER (WHERE why IS NULL) AS median,
                  percentile_disc(0.9) WITHIN GROUP (ORDER BY value) FILTER (WHERE why IS NULL) AS high,
                  percentile_disc(0.9) WITHIN GROUP (ORDER BY value DESC) FILTER (WHERE why IS NULL) AS low,
                  array_agg(tx_date) AS dates, array_agg(value) AS vals, array_agg(why) AS whys,
                  array_agg(frauds) AS frauds, array_agg(fraud_amount) AS fraud_amounts
             FROM (SELECT k.tx_date, l.frauds[i.nth] AS frauds, l.fraud_amounts[i.nth] AS fraud_amount,
                          coalesce(l.vals[i.nth], 0) AS value,
                          CASE WHEN l.frauds[i.nth] > 0 AND l.vals[i.nth] IS NULL THEN 'confirmed fraud'
                               WHEN l.vals[i.nth] IS NULL AND (l.rests OR :'metric' = 'mean') THEN 'no transaction'
                          END AS why
                     FROM calendar AS k
                    CROSS JOIN LATERAL (SELECT array_position(l.dates, k.tx_date) AS nth) AS i
                    WHERE k.tx_date < :'date'::date) AS d) AS b
), spread AS ( -- of those that can be beyond
    SELECT m.*, s.distance,
           round(greatest(1.4826 * s.distance, :'margin'::numeric * abs(m.median),
                          CASE :'metric' WHEN 'n' THEN sqrt(greatest(m.median, 1)) ELSE 0.01 END), 4) AS deviation
      FROM middle AS m
     CROSS JOIN LATERAL (
           SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY abs(d.value - m.median)) AS distance
             FROM unnest(m.vals, m.whys) AS d (value, why)
            WHERE d.why IS NULL) AS s
     WHERE m.days >= :'min_history'::bigint
       AND (:'direction' <> 'drop'
            AND m.observed >= round(greatest(m.median * :'ratio'::numeric, m.median + :'floor'::numeric), 4)
         OR :'direction' <> 'spike'
            AND m.observed <= round(least(m.median / :'ratio'::numeric, m.median - :'floor'::numeric), 4))
), bound AS (
    SELECT s.*,
           CASE WHEN :'direction' <> 'spike' AND (NOT rests OR :'metric' = 'mean')
                THEN round(least(median - :'threshold'::numeric * deviation, median / :'ratio'::numeric,
                                 median - :'floor'::numeric, low / nullif(:'tail'::numeric, 0)), 4) END AS lower,
           CASE WHEN :'direction' <> 'drop'
                THEN round(greatest(median + :'threshold'::numeric * deviation, median * :'ratio'::numeric,
                                    median + :'floor'::numeric, high * :'tail'::numeric), 4) END AS upper
      FROM spread AS s
), found AS MATERIALIZED ( -- beyond: how many times the distance that is usual
    SELECT b.*, e.edge, round((observed - median) / (e.edge - median), 4) AS beyond
      FROM bound AS b
     CROSS JOIN LATERAL (SELECT CASE WHEN b.observed > b.median THEN b.upper ELSE b.lower END AS edge) AS e
     WHERE observed > upper OR observed < lower
), worded AS MATERIALIZED (
    SELECT f.*, trim_scale(f.deviation)::text AS scale, trim_scale(round(f.edge, 2))::text AS usual,
           CASE :'metric' WHEN 'n' THEN 'transactions' WHEN 'amount' THEN f.currency
                ELSE f.currency || ' a transaction' END AS unit,
           CASE WHEN f.rests AND :'metric' <> 'mean' THEN format('the %s of %s days before on which it was active', f.days, f.known)
                WHEN :'season' = 'week' THEN format('that weekday in %s weeks before', f.days)
                ELSE format('%s days before', f.days) END AS days_before
      FROM found AS f
)
SELECT :'subject' AS subject_type, f.subject_id, f.currency, '' AS transaction_id, f.observed,
       f.median AS expected, f.lower, f.upper, 1 - 1 / (1 + f.beyond * f.beyond) AS score,
       format('%s %s on the day, where %s have a median of %s and %s %s is usual', f.observed, f.unit, f.days_before,
              f.median, CASE WHEN f.observed > f.median THEN 'at most' ELSE 'at least' END, f.usual) AS reason,
       jsonb_build_object(
           'training', t.days, 'excluded', coalesce(x.days, '[]'),
           'arithmetic', coalesce(t.taken_out, '[]') || jsonb_build_array(
               format('median of %s = %s', f.days_before, f.median),
               format('deviation: the greatest of 1.4826 * median distance %s, %s * %s%s = %s', f.distance, :'margin'::text,
                      abs(f.median), CASE :'metric' WHEN 'n' THEN ', square root of the median' ELSE '' END, f.scale),
               CASE WHEN f.observed > f.median
                    THEN format('usual up to the greatest of %s + %s * %s, %s * %s, %s + %s%s = %s', f.median, :'threshold'::text,
                                f.scale, :'ratio'::text, f.median, f.median, :'floor'::text,
                                CASE WHEN :'tail'::numeric > 0
                                     THEN format(', %s * %s, which one day in ten exceeds', :'tail'::text, f.high) END, f.usual)
                    ELSE format('usual down to the least of %s - %s * %s, %s / %s, %s - %s%s = %s', f.median, :'threshold'::text,
                                f.scale, f.median, :'ratio'::text, f.median, :'floor'::text,
                                CASE WHEN :'tail'::numeric > 0
                                     THEN format(', %s, which one day in ten is below, / %s', f.low, :'tail'::text) END, f.usual) END,
               format('(%s - %s) / (%s - %s) = %s times that distance: score 1 - 1 / (1 + %s^2)', f.observed, f.median,
                      f.usual, f.median, trim_scale(f.beyond), trim_scale(f.beyond)))) AS evidence
  FROM worded AS f
 CROSS JOIN LATERAL (
       SELECT jsonb_agg(jsonb_build_object('date', d.tx_date, 'value', d.value::text) ORDER BY d.tx_date)
              FILTER (WHERE d.why IS NULL) AS days,
              jsonb_agg(format('%s: fraud is left out, %s transactions, %s', d.tx_date, d.frauds, d.fraud_amount)
                        ORDER BY d.tx_date) FILTER (WHERE d.why IS NULL AND d.frauds > 0) AS taken_out
         FROM unnest(f.dates, f.vals, f.whys, f.frauds, f.fraud_amounts)
              AS d (tx_date, value, why, frauds, fraud_amount)) AS t
 CROSS JOIN LATERAL (
       SELECT jsonb_agg(jsonb_build_object('date', c.tx_date, 'why', coalesce(w.why, 'not loaded'))
                        ORDER BY c.tx_date) AS days
         FROM (SELECT :'date'::date - back AS tx_date FROM generate_series(1, :'history'::integer) AS back
                WHERE :'season' = 'none' OR back % 7 = 0) AS c
        CROSS JOIN LATERAL (SELECT array_position(f.dates, c.tx_date) AS nth) AS i
        CROSS JOIN LATERAL (SELECT f.whys[i.nth] AS why) AS w
        WHERE i.nth IS NULL OR w.why IS NOT NULL) AS x;
