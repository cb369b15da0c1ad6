-- Under the source's lock no other run can be under way: what says so has died.
WITH progress AS (
    DELETE FROM run_progress AS p USING ingestion_run AS r
     WHERE r.source_id = :'source'::integer AND r.status = 'running' AND p.run_id = r.run_id
)
UPDATE ingestion_run
   SET status = 'interrupted', finished_at = :'now'::timestamptz,
       error = 'ended without a word: killed, or the machine or the database stopped'
 WHERE source_id = :'source'::integer AND status = 'running';
