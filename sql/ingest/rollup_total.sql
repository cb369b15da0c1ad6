-- The sum over the hours, which are there already.
INSERT INTO :"into" (source_id, tx_date, subject_type, subject_id, currency, n, amount_sum)
SELECT source_id, tx_date, 'total', '', currency, sum(n), sum(amount_sum)
  FROM hour_count
 WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
 GROUP BY source_id, tx_date, currency;
