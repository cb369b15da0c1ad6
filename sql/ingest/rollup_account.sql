-- In the order of the key, whose pages are then met one after the other.
INSERT INTO :"into" (source_id, tx_date, subject_type, subject_id, currency, n, amount_sum)
SELECT :'source'::integer, tx_date, 'account', account_id, currency, count(*), sum(amount)
  FROM transactions
 WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
   AND tx_date BETWEEN :'first'::date AND :'last'::date
 GROUP BY tx_date, account_id, currency
 ORDER BY account_id, currency, tx_date;
