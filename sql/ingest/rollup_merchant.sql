-- A date at a time, as accounts. A date's stand together, so that BRIN finds them: who asks for a date's
-- accounts or merchants reads no other date's merchants, of which there may be many more than those whose
-- days before are asked for.
INSERT INTO :"into" (source_id, tx_date, subject_type, subject_id, currency, n, amount_sum)
SELECT :'source'::integer, d.tx_date, 'merchant', m.*
  FROM unnest(:'dates'::date[]) AS d (tx_date)
 CROSS JOIN LATERAL (
       SELECT merchant_id, currency, count(*), sum(amount)
         FROM transactions
        WHERE source_id = :'source'::integer AND tx_date = d.tx_date
          AND tx_date BETWEEN :'first'::date AND :'last'::date
          AND merchant_id IS NOT NULL
        GROUP BY merchant_id, currency
        ORDER BY merchant_id, currency) AS m;
