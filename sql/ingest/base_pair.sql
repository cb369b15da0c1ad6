-- Whom each account has paid before, and how often.
INSERT INTO pg_temp.pair_base
SELECT account_id, coalesce(merchant_id, ''), count(*)
  FROM transactions
 WHERE source_id = :'source'::integer
   AND tx_date >= :'detail_from'::date AND tx_date < :'date'::date
 GROUP BY 1, 2;
