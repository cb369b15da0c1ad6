-- What a run brought goes: its rows, its duplicates and its rejected records. The files' lines stay,
-- so that they are not taken for new, and count what went as undone. Gives the dates that lose a
-- row, and the files whose rows they were.
WITH gone AS (
    DELETE FROM transactions
     WHERE source_id = :'source'::integer AND run_id = :'undo'::bigint
       AND tx_date BETWEEN nullif(:'from', '')::date AND nullif(:'to', '')::date
    RETURNING tx_date, file_id
), duplicate AS (
    DELETE FROM duplicate_record
     WHERE source_id = :'source'::integer AND run_id = :'undo'::bigint
    RETURNING file_id
), rejected AS (
    DELETE FROM rejected_record
     WHERE source_id = :'source'::integer AND run_id = :'undo'::bigint
    RETURNING file_id
), opened AS (
    UPDATE rejected_record SET resolved_run = NULL, resolved_file_id = NULL, resolved_line = NULL
     WHERE source_id = :'source'::integer AND resolved_run = :'undo'::bigint
       AND run_id <> :'undo'::bigint
), counts AS (
    SELECT file_id, sum(loaded) AS loaded, sum(duplicate) AS duplicate, sum(rejected) AS rejected
      FROM (SELECT file_id, 1 AS loaded, 0 AS duplicate, 0 AS rejected FROM gone
             UNION ALL SELECT file_id, 0, 1, 0 FROM duplicate
             UNION ALL SELECT file_id, 0, 0, 1 FROM rejected) AS c
     GROUP BY file_id
), counted AS (
    UPDATE ingestion_file AS f
       SET loaded = f.loaded - c.loaded, duplicate = f.duplicate - c.duplicate,
           rejected = f.rejected - c.rejected,
           undone = f.undone + c.loaded + c.duplicate + c.rejected
      FROM counts AS c
     WHERE f.file_id = c.file_id
)
SELECT tx_date, file_id FROM gone GROUP BY tx_date, file_id ORDER BY tx_date, file_id;
