-- Leaves of a source in which no date is to be kept, oldest first: so many that dropping them costs
-- no more locks than a slice does. days: that are kept, back from the newest date with data.
SELECT l.name, l.from_date, l.to_date
  FROM leaf AS l
  JOIN ingestion_state AS c USING (source_id)
 WHERE l.source_id = :'source'::integer AND l.parent = :'parent'
   AND l.to_date <= c.last_date - :'days'::integer + 1
 ORDER BY l.from_date
 LIMIT 32;
