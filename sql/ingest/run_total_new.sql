-- The same where there was nothing of the dates before: the sum over their hours, which is there.
INSERT INTO run_total AS r (run_id, currency, n, amount)
SELECT :'run'::bigint, currency, sum(n), sum(amount_sum)
  FROM hour_count
 WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
 GROUP BY currency
ON CONFLICT (run_id, currency) DO UPDATE
   SET n = r.n + excluded.n, amount = r.amount + excluded.amount;
