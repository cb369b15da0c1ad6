-- The loaded dates from one date to another, both included.
SELECT DISTINCT tx_date
  FROM subject_day
 WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
   AND tx_date BETWEEN :'from'::date AND :'to'::date
 ORDER BY tx_date;
