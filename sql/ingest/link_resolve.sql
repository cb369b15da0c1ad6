-- Open rejected records are resolved by those that say so, each by the first one.
UPDATE rejected_record AS r
   SET resolved_run = :'run'::bigint, resolved_file_id = :'file'::bigint, resolved_line = l.by_line
  FROM (SELECT f.file_id, k.line, min(k.by_line) AS by_line
          FROM pg_temp.reject_link AS k
          JOIN ingestion_file AS f ON f.source_id = :'source'::integer AND f.path = k.path
         GROUP BY f.file_id, k.line) AS l
 WHERE r.source_id = :'source'::integer AND r.file_id = l.file_id AND r.line = l.line
   AND r.file_id <> :'file'::bigint AND r.resolved_run IS NULL;
