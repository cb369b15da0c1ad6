-- A date at a time: its accounts are few enough to be added up in memory. In the order of the key, whose
-- pages are then met one after the other.
INSERT INTO :"into" (source_id, tx_date, subject_type, subject_id, currency, n, amount_sum)
SELECT :'source'::integer, d.tx_date, 'account', a.*
  FROM unnest(:'dates'::date[]) AS d (tx_date)
 CROSS JOIN LATERAL (
       SELECT account_id, currency, count(*), sum(amount)
         FROM transactions
        WHERE source_id = :'source'::integer AND tx_date = d.tx_date
          AND tx_date BETWEEN :'first'::date AND :'last'::date
        GROUP BY account_id, currency) AS a
 ORDER BY account_id, currency, tx_date;
