-- Before a file is loaded anew: its counters, its rejected and its duplicate records go, its line
-- stays.
WITH rejected AS (
    DELETE FROM rejected_record
     WHERE source_id = :'source'::integer AND file_id = :'file'::bigint
), duplicate AS (
    DELETE FROM duplicate_record
     WHERE source_id = :'source'::integer AND file_id = :'file'::bigint
)
UPDATE ingestion_file
   SET bytes_done = 0, lines_done = 0, sha256 = NULL, finished = false, first_date = NULL, last_date = NULL,
       records = 0, loaded = 0, duplicate = 0, rejected = 0, undone = 0, dropped = 0
 WHERE file_id = :'file'::bigint;
