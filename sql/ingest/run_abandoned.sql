-- Under the source's lock no other run can be under way: what says so has died.
UPDATE ingestion_run
   SET status = 'interrupted', finished_at = :'now'::timestamptz,
       error = 'ended without a word: killed, or the machine or the database stopped'
 WHERE source_id = :'source'::integer AND status = 'running';
