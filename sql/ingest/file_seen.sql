-- A file whose content is known was touched or moved: only its looks have changed.
UPDATE ingestion_file
   SET modified = :'modified'::bigint, inode = :'inode'::bigint,
       size = :'size'::bigint, finished = true
 WHERE source_id = :'source'::integer AND path = :'path';
