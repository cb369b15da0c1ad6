-- The leaves of transactions that a source has.
SELECT from_date, name
  FROM leaf
 WHERE parent = 'transactions' AND source_id = :'source'::integer
 ORDER BY from_date;
