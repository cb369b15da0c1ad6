-- Each transaction of the date beside what came before it; of more than 20,000 at most 5,000: those at
-- merchants with known frauds, and of those above twice their account's level the furthest.
INSERT INTO pg_temp.feature
WITH overall AS MATERIALIZED (
    SELECT currency, sum(lsum)::float8 / sum(n)::float8 / 1000 AS level,
           greatest(sqrt(greatest(sum(within), 1000)::float8 / greatest(sum(n - accounts), 1)::float8) / 1000 + 0.05,
                    0.5 * sqrt(sum(paid_within)::float8 / nullif(sum(paid_free), 0)::float8) / 1000)
               AS spread, -- means of days with many transactions hardly differ
           CASE WHEN sum(paid_free) >= 20
                THEN sqrt(greatest(sum(paid_within), 1000)::float8 / sum(paid_free)::float8) / 1000 END AS paid_spread,
           sqrt(greatest(sum(lsq)::float8 / sum(n)::float8
                         - (sum(lsum)::float8 / sum(n)::float8) ^ 2, 1000)) / 1000 AS reach
      FROM overall_base
     WHERE source_id = :'source'::integer AND as_of > :'date'::date - 7 AND as_of <= :'date'::date
       AND currency <> ''
     GROUP BY currency
), size AS MATERIALIZED (
    SELECT coalesce(sum(n), 0) <= 20000 AS is_small
      FROM subject_day
     WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
       AND tx_date = :'date'::date
), base AS MATERIALIZED ( -- twice: what of a large date is looked at begins there
    SELECT b.*, y.level, (2 * exp(y.level))::numeric AS twice
      FROM account_base AS b
      JOIN overall AS o ON o.currency = b.currency
     CROSS JOIN LATERAL (SELECT (b.lsum / 1000.0::float8 + 3 * o.level) / (b.n + 3) AS level OFFSET 0) AS y
     WHERE b.source_id = :'source'::integer AND b.as_of > :'date'::date - 7 AND b.as_of <= :'date'::date
), least AS MATERIALIZED (
    SELECT least(min(twice), (SELECT (2 * exp(min(level)))::numeric FROM overall)) AS twice
      FROM base
), near AS MATERIALIZED (
    SELECT t.account_id, t.transaction_id, t.ts, t.amount, t.currency, t.merchant_id,
           t.channel, t.country, x.l,
           coalesce(b.n, 0) AS n_base, coalesce(b.days, 0) AS days, b.last_date, b.payee_n, b.merchants, b.once,
           coalesce(b.level, o.level) AS level, -- known no better than so many transactions say
           o.spread * sqrt(1 + 1 / (coalesce(b.n, 0) + (o.spread / o.reach) ^ 2)) AS spread,
           sqrt((greatest(coalesce(b.paid_lsq - b.paid_lsum::float8 * b.paid_lsum / nullif(b.payee_n, 0), 0), 0) / 1e6
                 + 20 * coalesce(o.paid_spread, o.spread) ^ 2)
                / (greatest(coalesce(b.payee_n, 1) - 1, 0) + 20)) AS own_spread,
           o.level AS o_level, o.reach, m.n AS merchant_n, m.frauds AS merchant_frauds,
           m.run AS merchant_run, m.run_from, m.recent, m.recent_frauds
      FROM transactions AS t
      LEFT JOIN base AS b ON b.account_id = t.account_id AND b.currency = t.currency
      LEFT JOIN overall AS o ON o.currency = t.currency
      LEFT JOIN pg_temp.merchant_base AS m ON m.merchant_id = t.merchant_id
     CROSS JOIN LATERAL (SELECT ln(greatest(abs(t.amount::float8), 0.01)) AS l) AS x
     WHERE t.source_id = :'source'::integer AND t.tx_date = :'date'::date
       AND ((SELECT is_small FROM size) -- before an account is looked up: above the least of all
            OR t.amount > (SELECT twice FROM least)
            OR t.amount < (SELECT - twice FROM least) -- abs would copy each
            OR t.merchant_id IN (SELECT merchant_id FROM pg_temp.merchant_base WHERE run > 0))
       AND ((SELECT is_small FROM size)
            OR abs(t.amount) > coalesce(b.twice, (SELECT (2 * exp(min(level)))::numeric FROM overall))
            OR t.merchant_id IN (SELECT merchant_id FROM pg_temp.merchant_base WHERE run > 0))
     ORDER BY m.run > 0 DESC NULLS LAST, x.l - coalesce(b.level, o.level) DESC NULLS LAST,
              t.account_id, t.transaction_id
     LIMIT (SELECT CASE WHEN is_small THEN 20000 ELSE 5000 END FROM size)
), measured AS MATERIALIZED (
    SELECT n.*, coalesce(CASE WHEN amount > 0 THEN (l - level) / spread ELSE -5 END, 0) AS z,
           coalesce(CASE WHEN amount > 0 -- how far above half of the account's own spread, up to 4, in thousandths
                         THEN (1000 * least(greatest((l - level) / own_spread - 0.5, 0), 4))::integer END, 0)
               AS excess,
           CASE WHEN amount >= 0.9 * u.bound THEN u.bound END AS under,
           row_number() OVER (PARTITION BY account_id, ts ORDER BY transaction_id) = 1 AS is_moment,
           CASE WHEN last_date IS NULL OR last_date < :'date'::date - 30
                THEN greatest(last_date, (SELECT max(s.tx_date) -- since its account was looked at
                                            FROM subject_day AS s
                                           WHERE s.source_id = :'source'::integer
                                             AND s.subject_type = 'account' AND s.subject_id = n.account_id
                                             AND s.currency = n.currency AND s.tx_date < :'date'::date
                                             AND s.tx_date >= :'date'::date - 7))
                ELSE last_date END AS last_seen
      FROM near AS n
     CROSS JOIN LATERAL (
           SELECT (bounds)[width_bucket(n.amount, bounds) + 1] AS bound
             FROM (SELECT ARRAY[10, 20, 50, 100, 200, 500, 1000, 2000, 2500, 5000, 7500, 10000, 20000, 25000, 50000,
                                75000, 100000, 200000, 250000, 500000, 1000000]::numeric[] AS bounds OFFSET 0) AS b) AS u
), beside AS (
    SELECT m.*, count(*) OVER account AS n_day,
           CASE WHEN min(ts) OVER () = max(ts) OVER () THEN 0 -- dates without times know no hours
                ELSE count(*) FILTER (WHERE is_moment) -- the items of one bill have one time
                     OVER (PARTITION BY account_id ORDER BY ts
                           RANGE BETWEEN '1 hour' PRECEDING AND CURRENT ROW) END AS n_hour,
           sum(excess) OVER account AS excesses,
           count(*) FILTER (WHERE under IS NOT NULL) OVER (PARTITION BY account_id, under) AS below_n,
           count(*) OVER (PARTITION BY account_id, merchant_id) AS pair_today,
           sum(amount) OVER (PARTITION BY account_id, merchant_id) AS pair_sum,
           count(*) OVER (PARTITION BY account_id, merchant_id, amount) AS same_today
      FROM measured AS m
    WINDOW account AS (PARTITION BY account_id)
), past AS MATERIALIZED (
    SELECT account_id, coalesce(merchant_id, '') AS merchant_id, amount, tx_date, transaction_id, ts,
           currency, channel, country
      FROM transactions
     WHERE source_id = :'source'::integer
       AND tx_date >= :'detail_from'::date AND tx_date < :'date'::date
       AND account_id IN (SELECT account_id FROM near)
), pair AS (
    SELECT account_id, merchant_id, count(*) AS n
      FROM past
     WHERE (account_id, merchant_id) IN (SELECT account_id, coalesce(merchant_id, '') FROM near)
     GROUP BY account_id, merchant_id
), asked (account_id, amount) AS MATERIALIZED ( -- the same amount, and what it is a shifted decimal point away from
    SELECT account_id, abs(amount) -- of what comes back: what was paid
      FROM near
     WHERE amount <> 0
     UNION
    SELECT account_id, amount / p.power
      FROM measured CROSS JOIN (VALUES (10), (100), (1000)) AS p (power)
     WHERE z > 1
), met AS MATERIALIZED (
    SELECT account_id, merchant_id, amount, count(*) AS n, max(tx_date) AS tx_date,
           (array_agg(transaction_id ORDER BY tx_date DESC, transaction_id))[1] AS id
      FROM past
     WHERE (account_id, amount) IN (SELECT account_id, amount FROM asked)
     GROUP BY account_id, merchant_id, amount
), moment AS MATERIALIZED ( -- one date, and one without times, knows none
    SELECT account_id, tx_date, (extract(epoch FROM ts)::bigint / 3600 % 24)::integer AS hour,
           count(DISTINCT ts) AS n
      FROM past
     WHERE :'date'::date - :'detail_from'::date > 1 AND (SELECT min(ts) < max(ts) FROM near)
     GROUP BY account_id, tx_date, hour
), peak AS ( -- the most within an hour of the clock
    SELECT account_id, max(n) AS n
      FROM moment
     GROUP BY account_id
), hour AS MATERIALIZED ( -- of the day, of those who have enough: on how many dates
    SELECT account_id, hour, n, total
      FROM (SELECT account_id, hour, count(*) AS n, sum(count(*)) OVER (PARTITION BY account_id) AS total
              FROM moment
             GROUP BY account_id, hour) AS h
     WHERE total >= 20
), habit AS ( -- within two hours of this one, whatever the date
    SELECT n.account_id, n.transaction_id, max(h.total) AS total,
           coalesce(sum(h.n) FILTER (WHERE (h.hour - (extract(epoch FROM n.ts)::bigint / 3600 % 24) + 26) % 24 <= 4), 0)
               AS close
      FROM near AS n
      JOIN hour AS h ON h.account_id = n.account_id
     GROUP BY n.account_id, n.transaction_id
), elsewhere AS ( -- the newest of the same amount to others, where this one has never been paid
    SELECT DISTINCT ON (n.account_id, n.transaction_id) n.account_id, n.transaction_id, h.merchant_id,
           h.tx_date, h.id
      FROM near AS n
      JOIN met AS h
        ON h.account_id = n.account_id AND h.amount = n.amount AND h.merchant_id <> coalesce(n.merchant_id, '')
     WHERE NOT EXISTS (SELECT FROM pair AS p
                        WHERE p.account_id = n.account_id AND p.merchant_id = coalesce(n.merchant_id, ''))
     ORDER BY n.account_id, n.transaction_id, h.tx_date DESC, h.merchant_id
), paid AS ( -- what comes back, and was paid before or on the date
    SELECT DISTINCT n.account_id, n.transaction_id
      FROM near AS n
      JOIN (SELECT account_id, amount FROM met UNION SELECT account_id, amount FROM near) AS p
        ON p.account_id = n.account_id AND p.amount = - n.amount
     WHERE n.amount < 0
), returned AS ( -- how often anything came back
    SELECT account_id, count(*) AS total, count(*) FILTER (WHERE amount < 0) AS n,
           (sum(count(*) FILTER (WHERE amount < 0)) OVER () + 1)::float8 / (sum(count(*)) OVER () + 1)::float8 AS usual
      FROM past
     WHERE EXISTS (SELECT FROM near WHERE amount < 0)
     GROUP BY account_id
), used AS MATERIALIZED ( -- of country, channel and currency each one that an account has had
    SELECT c.account_id, v.way, v.value, sum(c.n) AS n
      FROM (SELECT account_id, country, channel, currency, count(*) AS n
              FROM past
             GROUP BY account_id, country, channel, currency) AS c
     CROSS JOIN LATERAL (VALUES ('country', c.country), ('channel', c.channel), ('currency', c.currency))
           AS v (way, value)
     WHERE v.value <> ''
     GROUP BY c.account_id, v.way, v.value
), custom AS ( -- usual: which share of all but the first of each account was a new one
    SELECT account_id, way, sum(n)::bigint AS total, count(*) AS kinds,
           (array_agg(value ORDER BY n DESC, value))[1] AS value,
           (sum(count(*) - 1) OVER every + 1)::float8 / (sum(sum(n) - 1) OVER every + 1)::float8 AS usual
      FROM used
     GROUP BY account_id, way
    WINDOW every AS (PARTITION BY way)
), strange AS ( -- what it has not had, the least likely of the three
    SELECT DISTINCT ON (n.account_id, n.transaction_id) n.account_id, n.transaction_id, v.way, v.value,
           c.value AS usual, c.total, c.kinds, (c.kinds - 1 + 20 * c.usual) / (c.total + 19) AS chance
      FROM near AS n
     CROSS JOIN LATERAL (VALUES ('country', n.country), ('channel', n.channel), ('currency', n.currency))
           AS v (way, value)
      JOIN custom AS c ON c.account_id = n.account_id AND c.way = v.way
     WHERE v.value <> ''
       AND NOT EXISTS (SELECT FROM used AS u
                        WHERE u.account_id = n.account_id AND u.way = v.way AND u.value = v.value)
     ORDER BY n.account_id, n.transaction_id, chance, v.way
), band AS ( -- just under the same amount as one of the date: within a week before, and earlier
    SELECT m.account_id, m.under, count(*) FILTER (WHERE p.tx_date >= :'date'::date - 7) AS week_n,
           count(*) FILTER (WHERE p.tx_date < :'date'::date - 7) AS earlier_n
      FROM (SELECT DISTINCT account_id, under FROM measured WHERE under IS NOT NULL) AS m
      JOIN past AS p ON p.account_id = m.account_id AND p.amount >= 0.9 * m.under AND p.amount < m.under
     GROUP BY m.account_id, m.under
), repeated AS (
    SELECT account_id, 1 - count(DISTINCT amount)::float8 / count(*) AS repeats
      FROM past
     WHERE account_id IN (SELECT account_id FROM met)
     GROUP BY account_id
), shifted AS (
    SELECT w.account_id, w.transaction_id, max(h.amount) AS amount
      FROM (SELECT m.account_id, m.transaction_id, m.amount / p.power AS amount
              FROM measured AS m
             CROSS JOIN (VALUES (10), (100), (1000)) AS p (power)
             WHERE m.z > 1
            OFFSET 0) AS w -- hashed by both, or an account with most of all would meet itself
      JOIN met AS h ON h.account_id = w.account_id AND h.amount = w.amount
     GROUP BY w.account_id, w.transaction_id
)
SELECT x.account_id, x.transaction_id, x.ts, x.amount, x.currency, x.merchant_id,
       :'loaded_days'::integer, x.n_base, x.level, x.spread, x.z,
       coalesce((CASE WHEN x.amount > 0 THEN x.l ELSE ln(0.01::float8) END - x.o_level) / x.reach, 0),
       :'date'::date - x.last_seen,
       :'loaded_days'::float8 / greatest(x.days, 1), x.n_base::float8 / greatest(x.days, 1),
       x.n_day, x.n_hour, -- the most of any hour that it is in
       max(x.n_hour) OVER (PARTITION BY x.account_id ORDER BY x.ts
                           RANGE BETWEEN CURRENT ROW AND '1 hour' FOLLOWING),
       least(greatest(((x.excesses - x.excess) / 1000.0::float8 - 0.3 * (x.n_day - 1))
                      / sqrt(1 + 0.4 * (x.n_day - 1)), 0), 5),
       coalesce(p.n, 0), coalesce(x.merchants, 0), coalesce(x.payee_n, 0),
       (coalesce(x.once, 0) + 0.5::float8) / (coalesce(x.payee_n, 0) + 1), x.last_seen IS NULL,
       coalesce(s.n, 0) + x.same_today - 1, s.tx_date, s.id, coalesce(r.repeats, 0),
       CASE WHEN x.under IS NULL THEN 0 ELSE x.below_n END, x.under, sh.amount,
       CASE WHEN x.amount % 1000 = 0 THEN 3 WHEN x.amount % 100 = 0 THEN 2
            WHEN x.amount % 10 = 0 THEN 1 ELSE 0 END,
       x.pair_today, x.pair_sum, coalesce(x.merchant_n, 0), coalesce(x.merchant_frauds, 0),
       coalesce(x.merchant_run, 0), :'date'::date - x.run_from, coalesce(x.recent, 0),
       coalesce(x.recent_frauds, 0), coalesce(v.frauds, 0), NULL, NULL, e.tx_date, e.id, e.merchant_id,
       coalesce(u.total, 0), coalesce(u.close, 0), k.n, y.transaction_id IS NOT NULL,
       coalesce(b.n, 0), coalesce(b.total, 0),
       (coalesce(b.n, 0) + 20 * coalesce((SELECT min(usual) FROM returned), 1)) / (coalesce(b.total, 0) + 20),
       coalesce(g.week_n, 0), coalesce(g.earlier_n, 0), w.way, w.value, w.usual, w.total, w.kinds, w.chance
  FROM beside AS x
  LEFT JOIN pair AS p ON p.account_id = x.account_id AND p.merchant_id = coalesce(x.merchant_id, '')
  LEFT JOIN met AS s
    ON s.account_id = x.account_id AND s.merchant_id = coalesce(x.merchant_id, '') AND s.amount = x.amount
  LEFT JOIN repeated AS r ON r.account_id = x.account_id
  LEFT JOIN shifted AS sh ON sh.account_id = x.account_id AND sh.transaction_id = x.transaction_id
  LEFT JOIN habit AS u ON u.account_id = x.account_id AND u.transaction_id = x.transaction_id
  LEFT JOIN peak AS k ON k.account_id = x.account_id
  LEFT JOIN paid AS y ON y.account_id = x.account_id AND y.transaction_id = x.transaction_id
  LEFT JOIN returned AS b ON b.account_id = x.account_id
  LEFT JOIN band AS g ON g.account_id = x.account_id AND g.under = x.under
  LEFT JOIN strange AS w ON w.account_id = x.account_id AND w.transaction_id = x.transaction_id
  LEFT JOIN elsewhere AS e ON e.account_id = x.account_id AND e.transaction_id = x.transaction_id
  LEFT JOIN pg_temp.victim_base AS v ON v.account_id = x.account_id;
