-- Each transaction of the date beside what came before it; of more than 50,000, those that are largest
-- against their own account's level. In one order: by account.
INSERT INTO pg_temp.feature
WITH near AS MATERIALIZED (
    SELECT t.account_id, t.transaction_id, t.ts, t.amount, t.currency, t.merchant_id, b.n,
           coalesce(b.n, 0) AS n_base, coalesce(b.days, 0) AS days, b.last_date,
           (coalesce(b.lsum, 0) / 1000.0::float8 + 3 * o.level) / (coalesce(b.n, 0) + 3) AS level,
           sqrt((greatest(coalesce(b.lsq - b.lsum::float8 * b.lsum / b.n, 0), 0) / 1e6
                 + 20 * o.spread ^ 2) / (greatest(coalesce(b.n, 1) - 1, 0) + 20)) AS spread,
           o.level AS o_level, o.reach, x.l
      FROM transactions AS t
     CROSS JOIN LATERAL (SELECT ln(greatest(t.amount::float8, 0.01)) AS l) AS x
      LEFT JOIN pg_temp.account_base AS b USING (account_id, currency)
      LEFT JOIN pg_temp.overall_base AS o USING (currency)
     WHERE t.source_id = :'source'::integer AND t.tx_date = :'date'::date
     ORDER BY x.l - (coalesce(b.lsum, 0) / 1000.0::float8 + 3 * o.level) / (coalesce(b.n, 0) + 3) DESC NULLS LAST,
              t.account_id, t.transaction_id
     LIMIT 50000
), measured AS (
    SELECT n.*, coalesce(CASE WHEN amount > 0 THEN (l - level) / spread ELSE -5 END, 0) AS z,
           CASE WHEN amount >= 0.9 * u.bound THEN u.bound END AS under
      FROM near AS n
     CROSS JOIN LATERAL (
           SELECT (bounds)[width_bucket(n.amount, bounds) + 1] AS bound
             FROM (SELECT ARRAY[10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000,
                                200000, 500000, 1000000]::numeric[] AS bounds OFFSET 0) AS b) AS u
), beside AS (
    SELECT m.*, count(*) OVER account AS n_day,
           count(*) OVER (PARTITION BY account_id ORDER BY ts RANGE BETWEEN '1 hour' PRECEDING AND CURRENT ROW)
               AS n_hour,
           sum((1000 * least(greatest(z, 0), 6))::integer) OVER account AS up,
           count(*) FILTER (WHERE under IS NOT NULL) OVER (PARTITION BY account_id, under) AS below_n,
           count(*) OVER (PARTITION BY account_id, merchant_id) AS pair_today,
           sum(amount) OVER (PARTITION BY account_id, merchant_id) AS pair_sum,
           count(*) OVER (PARTITION BY account_id, merchant_id, amount) AS same_today
      FROM measured AS m
    WINDOW account AS (PARTITION BY account_id)
), same AS MATERIALIZED (
    SELECT t.account_id, t.transaction_id, count(*) AS n, max(h.tx_date) AS tx_date,
           (array_agg(h.transaction_id ORDER BY h.tx_date DESC, h.transaction_id))[1] AS id
      FROM near AS t
      JOIN transactions AS h ON h.account_id = t.account_id AND h.amount = t.amount
       AND h.merchant_id IS NOT DISTINCT FROM t.merchant_id
     WHERE h.source_id = :'source'::integer AND h.tx_date >= :'detail_from'::date AND h.tx_date < :'date'::date
       AND t.amount > 0
     GROUP BY 1, 2
), repeated AS (
    SELECT account_id, 1 - count(DISTINCT amount)::float8 / count(*) AS repeats
      FROM transactions
     WHERE source_id = :'source'::integer AND tx_date >= :'detail_from'::date AND tx_date < :'date'::date
       AND account_id IN (SELECT account_id FROM same)
     GROUP BY account_id
), shifted AS (
    SELECT t.account_id, t.transaction_id, max(h.amount) AS amount
      FROM (SELECT account_id, transaction_id, amount, p.power
              FROM measured CROSS JOIN (VALUES (10), (100), (1000)) AS p (power)
             WHERE z > 1) AS t
      JOIN transactions AS h ON h.account_id = t.account_id AND h.amount = t.amount / t.power
     WHERE h.source_id = :'source'::integer AND h.tx_date >= :'detail_from'::date AND h.tx_date < :'date'::date
     GROUP BY 1, 2
)
SELECT x.account_id, x.transaction_id, x.ts, x.amount, x.currency, x.merchant_id, x.n_base, x.level,
       x.spread, x.z, coalesce((x.l - x.o_level) / x.reach, 0), :'date'::date - x.last_date,
       :'loaded_days'::float8 / greatest(x.days, 1), x.n_base::float8 / greatest(x.days, 1),
       x.n_day, x.n_hour,
       CASE WHEN x.n_day > 1
            THEN ((x.up / 1000.0::float8 - least(greatest(x.z, 0), 6)) - 0.4 * (x.n_day - 1))
                 / sqrt(0.34 * (x.n_day - 1)) ELSE 0 END,
       coalesce(p.n, 0), coalesce(pb.merchants, 0), coalesce(pb.n, 0),
       (coalesce(pb.once, 0) + 0.5::float8) / (coalesce(pb.n, 0) + 1), x.n IS NULL,
       coalesce(s.n, 0) + x.same_today - 1, s.tx_date, s.id, coalesce(r.repeats, 0),
       CASE WHEN x.under IS NULL THEN 0 ELSE x.below_n END, x.under, sh.amount,
       CASE WHEN x.amount % 1000 = 0 THEN 3 WHEN x.amount % 100 = 0 THEN 2
            WHEN x.amount % 10 = 0 THEN 1 ELSE 0 END,
       x.pair_today, x.pair_sum, coalesce(m.n, 0), coalesce(m.frauds, 0), coalesce(m.run, 0),
       :'date'::date - m.run_from, coalesce(m.recent, 0), coalesce(m.recent_frauds, 0),
       coalesce(v.frauds, 0)
  FROM beside AS x
  LEFT JOIN pg_temp.pair_base AS p ON p.account_id = x.account_id AND p.merchant_id = coalesce(x.merchant_id, '')
  LEFT JOIN pg_temp.payee_base AS pb ON pb.account_id = x.account_id
  LEFT JOIN same AS s ON s.account_id = x.account_id AND s.transaction_id = x.transaction_id
  LEFT JOIN repeated AS r ON r.account_id = x.account_id
  LEFT JOIN shifted AS sh ON sh.account_id = x.account_id AND sh.transaction_id = x.transaction_id
  LEFT JOIN pg_temp.merchant_base AS m ON m.merchant_id = x.merchant_id
  LEFT JOIN pg_temp.victim_base AS v ON v.account_id = x.account_id;
