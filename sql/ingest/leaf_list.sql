-- The leaves of transactions that a source has: their first dates.
SELECT from_date
  FROM leaf
 WHERE parent = 'transactions' AND source_id = :'source'::integer
 ORDER BY from_date;
