-- A date's together, so that BRIN finds them: who asks for a date's accounts or merchants reads no other date's
-- merchants, of which there may be many more than those whose days before are asked for.
INSERT INTO :"into" (source_id, tx_date, subject_type, subject_id, currency, n, amount_sum)
SELECT :'source'::integer, tx_date, 'merchant', merchant_id, currency, count(*), sum(amount)
  FROM transactions
 WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
   AND tx_date BETWEEN :'first'::date AND :'last'::date
   AND merchant_id IS NOT NULL
 GROUP BY tx_date, merchant_id, currency
 ORDER BY tx_date, merchant_id, currency;
