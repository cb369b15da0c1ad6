-- Files of that size that were wholly consumed: whose content a new file could have.
SELECT path, sha256
  FROM ingestion_file
 WHERE source_id = :'source'::integer AND size = :'size'::bigint AND bytes_done = size
   AND path <> :'path'
 ORDER BY path;
