-- Each account's days before the date: how many, how much, and the logarithms of the mean amount and of
-- the sum of a day, whose means (the geometric ones) a few extremes move little. Days with a fraud
-- that was known are left out.
INSERT INTO pg_temp.account_base
SELECT s.subject_id, s.currency, sum(s.n)::bigint, count(*), max(s.tx_date),
       sum(s.n * x.l)::bigint, sum(s.n * x.l * x.l)::bigint, sum(x.d)::bigint, sum(x.d * x.d)::bigint,
       sum(s.n * s.n)::bigint
  FROM subject_day AS s
 CROSS JOIN LATERAL (SELECT abs(s.amount_sum)::float8 AS a OFFSET 0) AS v
 CROSS JOIN LATERAL (SELECT (1000 * ln(greatest(v.a / s.n, 0.01)))::integer::bigint AS l,
                            (1000 * ln(greatest(v.a, 0.01)))::integer::bigint AS d) AS x
 WHERE s.source_id = :'source'::integer AND s.subject_type = 'account'
   AND s.tx_date >= :'base_from'::date AND s.tx_date < :'date'::date
   AND (s.subject_id, s.tx_date) NOT IN ( -- hashed once, whatever the planner expects
           SELECT account_id, tx_date
             FROM verdict
            WHERE source_id = :'source'::integer AND verdict = 'fraud'
              AND tx_date >= :'base_from'::date AND tx_date < :'date'::date
              AND decided_on < :'date'::date AND replaced_on >= :'date'::date)
 GROUP BY s.subject_id, s.currency;
