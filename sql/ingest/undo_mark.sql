UPDATE ingestion_run
   SET status = 'undone', error = 'undone by run ' || :'run'
 WHERE run_id = :'undo'::bigint;
