-- The loaded dates from one date to another, both included; those whose transactions were dropped
-- keep what was derived from them.
SELECT DISTINCT tx_date
  FROM subject_day
 WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
   AND tx_date BETWEEN :'from'::date AND :'to'::date
   AND tx_date >= coalesce((SELECT kept_from FROM source WHERE source_id = :'source'::integer),
                           '-infinity')
 ORDER BY tx_date;
