-- Files with that many bytes, decompressed, that were wholly consumed: whose content a new file
-- could have.
SELECT path, sha256
  FROM ingestion_file
 WHERE source_id = :'source'::integer AND bytes_done = :'bytes'::bigint AND finished
   AND path <> :'path'
 ORDER BY path;
