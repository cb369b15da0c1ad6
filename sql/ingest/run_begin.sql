INSERT INTO ingestion_run (source_id, mode, version, started_at, status)
VALUES (:'source'::integer, :'mode', :'version', :'now'::timestamptz, 'running')
RETURNING run_id;
