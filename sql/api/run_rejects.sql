-- The records that a run rejected, in the order of their places. after: the place of the row that
-- the page begins behind: file and byte. No row: there is no such run; one without a place: it has none.
SELECT j.file, j.line, j.byte_offset, j.column, j.reason, j.detail, j.raw, j.place
  FROM ingestion_run AS n
  LEFT JOIN LATERAL (
       SELECT f.path AS file, r.line, r.byte_offset::text AS byte_offset, r.column_name AS column, r.reason,
              r.detail, raw_text(r.raw) AS raw, json_build_array(r.file_id, r.byte_offset)::text AS place,
              r.file_id, r.byte_offset AS byte
         FROM rejected_record AS r
         JOIN ingestion_file AS f ON f.file_id = r.file_id
        WHERE r.run_id = :'id'::bigint
          AND (:'after' = '' OR (r.file_id, r.byte_offset) >
               ((nullif(:'after', '')::json ->> 0)::bigint, (nullif(:'after', '')::json ->> 1)::bigint))
        ORDER BY r.file_id, r.byte_offset
        LIMIT :'limit'::integer + 1) AS j ON true
 WHERE n.run_id = :'id'::bigint
 ORDER BY j.file_id, j.byte;
