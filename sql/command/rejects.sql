-- Rejected records of a source in the order of their places, behind one of them, a page at a time;
-- run: those that this one rejected, or '' for all; resolved: those that something else took the
-- place of, or the others.
SELECT f.path, r.line, r.byte_offset, coalesce(r.column_name, '') AS column_name, r.reason, r.detail,
       r.raw, coalesce(f.header, '') AS header, r.file_id, r.resolved_run,
       (SELECT by.path FROM ingestion_file AS by WHERE by.file_id = r.resolved_file_id) AS resolved_path,
       r.resolved_line
  FROM rejected_record AS r
  JOIN ingestion_file AS f USING (file_id)
 WHERE r.source_id = :'source'::integer
   AND (r.file_id, r.byte_offset) > (:'file'::bigint, :'offset'::bigint)
   AND (:'run' = '' OR r.run_id = nullif(:'run', '')::bigint)
   AND (r.resolved_run IS NOT NULL) = :'resolved'::boolean
 ORDER BY r.file_id, r.byte_offset
 LIMIT 1000;
