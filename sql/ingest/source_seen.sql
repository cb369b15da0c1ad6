-- What a source is configured with now, and which files of it wait. expected_by, retain_days: or ''.
UPDATE source
   SET expected_by = nullif(:'expected_by', ''), retain_days = nullif(:'retain_days', '')::integer,
       files_waiting = :'waiting'::bigint, files_seen_at = :'now'::timestamptz
 WHERE source_id = :'source'::integer;
