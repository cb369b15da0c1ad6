-- Before a file's line goes to another path: its own name, and that path's present line, which is of
-- a file that has gone, become ones that no file has.
UPDATE ingestion_file
   SET path = path || ' (file ' || file_id || ')'
 WHERE source_id = :'source'::integer AND (path = :'path' OR file_id = :'file'::bigint)
   AND path NOT LIKE '%(file ' || file_id || ')';
