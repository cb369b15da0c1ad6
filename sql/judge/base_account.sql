-- How the accounts whose turn it is were before as_of: how many transactions on how many days, and the
-- logarithms of a day's mean amount, whose own mean (a geometric one) a few extremes move little; days
-- with a fraud that was known are left out. Of their transactions since detail_from: to how many
-- merchants, to how many of these once, and how far apart they are. And the sums over these
-- accounts, a currency each; the one of no name says that it was done. Whose turn it is says the function by
-- which hash partitions are chosen: pg_upgrade takes such tables along as they are, so it is the same in
-- each version. One that SQL defines (md5) costs twenty times as much, and it is asked of each row.
WITH account AS MATERIALIZED (
    SELECT s.subject_id, s.currency, sum(s.n)::bigint AS n, count(*) AS days, max(s.tx_date) AS last_date,
           sum(s.n * x.l)::bigint AS lsum, sum(s.n * x.l * x.l)::bigint AS lsq
      FROM subject_day AS s
     CROSS JOIN LATERAL (
           SELECT (1000 * ln(greatest(abs(s.amount_sum)::float8 / s.n, 0.01)))::integer::bigint AS l OFFSET 0) AS x
     WHERE s.source_id = :'source'::integer AND s.subject_type = 'account'
       AND s.tx_date >= :'base_from'::date AND s.tx_date < :'as_of'::date
       AND (hashtextextended(s.subject_id, 0) & 2147483647) % 7 = (:'as_of'::date - date '2000-01-01') % 7
       AND (s.subject_id, s.tx_date) NOT IN ( -- hashed once, whatever the planner expects
               SELECT account_id, tx_date
                 FROM verdict
                WHERE source_id = :'source'::integer AND verdict = 'fraud'
                  AND tx_date >= :'base_from'::date AND tx_date < :'as_of'::date
                  AND decided_on < :'as_of'::date AND replaced_on >= :'as_of'::date)
     GROUP BY s.subject_id, s.currency
), payee AS (
    SELECT account_id, currency, merchant_id, count(*) AS n, sum(l) AS lsum, sum(l * l) AS lsq
      FROM transactions
     CROSS JOIN LATERAL (
           SELECT (1000 * ln(greatest(abs(amount)::float8, 0.01)))::integer::bigint AS l OFFSET 0) AS x
     WHERE source_id = :'source'::integer AND tx_date >= :'detail_from'::date AND tx_date < :'as_of'::date
       AND (hashtextextended(account_id, 0) & 2147483647) % 7 = (:'as_of'::date - date '2000-01-01') % 7
     GROUP BY account_id, currency, merchant_id
), paid AS MATERIALIZED (
    SELECT account_id, currency, sum(n)::bigint AS n, count(*) AS merchants,
           count(*) FILTER (WHERE n = 1) AS once, sum(lsum)::bigint AS lsum, sum(lsq)::bigint AS lsq
      FROM payee
     GROUP BY account_id, currency
), kept AS (
    INSERT INTO account_base (source_id, as_of, account_id, currency, n, days, last_date, lsum, lsq,
                              payee_n, merchants, once, paid_lsum, paid_lsq)
    SELECT :'source'::integer, :'as_of'::date, a.subject_id, a.currency, a.n, a.days, a.last_date, a.lsum,
           a.lsq, coalesce(p.n, 0), coalesce(p.merchants, 0), coalesce(p.once, 0),
           coalesce(p.lsum, 0), coalesce(p.lsq, 0)
      FROM account AS a
      LEFT JOIN paid AS p ON p.account_id = a.subject_id AND p.currency = a.currency
)
INSERT INTO overall_base (source_id, as_of, currency, accounts, n, lsum, lsq, within, paid_free, paid_within)
SELECT :'source'::integer, :'as_of'::date, a.currency, count(*), sum(a.n), sum(a.lsum), sum(a.lsq),
       sum(a.lsq - round(a.lsum::numeric * a.lsum / a.n)), coalesce(sum(p.n - 1), 0),
       coalesce(sum(p.lsq - round(p.lsum::numeric * p.lsum / p.n)), 0)
  FROM account AS a
  LEFT JOIN paid AS p ON p.account_id = a.subject_id AND p.currency = a.currency
 GROUP BY a.currency
 UNION ALL
SELECT :'source'::integer, :'as_of'::date, '', 0, 0, 0, 0, 0, 0, 0;
