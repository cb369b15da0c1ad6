-- What one transaction of a run dropped.
UPDATE ingestion_run
   SET slices = slices + 1, dropped = dropped + :'dropped'::bigint,
       first_date = least(first_date, :'from'::date),
       last_date = greatest(last_date, :'to'::date - 1)
 WHERE run_id = :'run'::bigint;
