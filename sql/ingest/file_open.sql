-- The ledger's line of a file, made when its first slice begins.
WITH made AS (
    INSERT INTO ingestion_file (source_id, path, size, modified, inode, header, first_run, last_run)
    VALUES (:'source'::integer, :'path', :'size'::bigint, :'modified'::bigint, :'inode'::bigint,
            decode(:'header', 'hex'), :'run'::bigint, :'run'::bigint)
    ON CONFLICT (source_id, path) DO NOTHING
    RETURNING file_id
)
SELECT file_id FROM made
 UNION ALL
SELECT file_id FROM ingestion_file WHERE source_id = :'source'::integer AND path = :'path';
