INSERT INTO pg_temp.payee_base
SELECT account_id, sum(n)::bigint, count(*), count(*) FILTER (WHERE n = 1)
  FROM pg_temp.pair_base
 GROUP BY account_id;
