-- Before a file is loaded anew: its counters, its rejected and its duplicate records go, its line
-- stays. What it resolved is open again.
WITH opened AS (
    UPDATE rejected_record SET resolved_run = NULL, resolved_file_id = NULL, resolved_line = NULL
     WHERE source_id = :'source'::integer AND resolved_file_id = :'file'::bigint
       AND file_id <> :'file'::bigint
), rejected AS (
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
