-- What the slice loaded, added to the control totals of its run. line: the last one before it.
INSERT INTO run_total AS r (run_id, currency, n, amount)
SELECT :'run'::bigint, currency, count(*), sum(amount)
  FROM transactions
 WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
   AND tx_date BETWEEN :'first'::date AND :'last'::date
   AND run_id = :'run'::bigint AND file_id = :'file'::bigint AND line > :'line'::bigint
 GROUP BY currency
ON CONFLICT (run_id, currency) DO UPDATE
   SET n = r.n + excluded.n, amount = r.amount + excluded.amount;
