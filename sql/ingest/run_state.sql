-- What the database knows of a run: asked when the connection was lost in it.
SELECT status, slices FROM ingestion_run WHERE run_id = :'run'::bigint;
