-- That a file has the content of twin, which is in the ledger.
INSERT INTO file_twin AS t (source_id, path, size, modified, inode, bytes, sha256)
SELECT source_id, :'path', :'size'::bigint, :'modified'::bigint, :'inode'::bigint, bytes_done, sha256
  FROM ingestion_file
 WHERE source_id = :'source'::integer AND path = :'twin'
    ON CONFLICT (source_id, path) DO UPDATE
   SET size = excluded.size, modified = excluded.modified, inode = excluded.inode,
       bytes = excluded.bytes, sha256 = excluded.sha256
 WHERE (t.size, t.modified, t.inode, t.bytes, t.sha256)
       IS DISTINCT FROM (excluded.size, excluded.modified, excluded.inode, excluded.bytes, excluded.sha256);
