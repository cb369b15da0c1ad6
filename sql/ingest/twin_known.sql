-- The file in the ledger that has the content which this one had when it was read, if it looks as it did then.
SELECT f.path
  FROM file_twin AS t
  JOIN ingestion_file AS f
    ON f.source_id = t.source_id AND f.bytes_done = t.bytes AND f.sha256 = t.sha256 AND f.finished
 WHERE t.source_id = :'source'::integer AND t.path = :'path' AND t.size = :'size'::bigint
   AND t.modified = :'modified'::bigint AND t.inode = :'inode'::bigint
 ORDER BY f.path
 LIMIT 1;
