-- Which of the dates have a rollup that no longer holds: each date with one has its hours.
SELECT DISTINCT tx_date
  FROM hour_count
 WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
 ORDER BY tx_date;
