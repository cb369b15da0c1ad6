UPDATE ingestion_file
   SET path = :'path'
 WHERE source_id = :'source'::integer AND file_id = :'file'::bigint;
