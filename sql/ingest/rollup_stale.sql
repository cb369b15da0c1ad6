-- Which of the dates have a rollup that no longer holds.
SELECT DISTINCT tx_date
  FROM subject_day
 WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
   AND tx_date = ANY (:'dates'::date[])
 ORDER BY tx_date;
