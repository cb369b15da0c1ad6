INSERT INTO :"into" (source_id, tx_date, subject_type, subject_id, currency, n, amount_sum)
SELECT source_id, tx_date, 'country', country, currency, count(*), sum(amount)
  FROM transactions
 WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
   AND tx_date BETWEEN :'first'::date AND :'last'::date
   AND country IS NOT NULL
 GROUP BY source_id, tx_date, country, currency;
