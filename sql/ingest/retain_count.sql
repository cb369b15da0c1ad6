-- Before the leaves of these dates go: their files count what is dropped with them, their duplicates
-- go, too, and the source says from which date on it has its transactions. to: exclusive. Gives how
-- many transactions go.
WITH gone AS MATERIALIZED (
    SELECT file_id, count(*) AS n
      FROM transactions
     WHERE source_id = :'source'::integer AND tx_date >= :'from'::date AND tx_date < :'to'::date
     GROUP BY file_id
), duplicate AS (
    DELETE FROM duplicate_record
     WHERE source_id = :'source'::integer AND tx_date < :'to'::date
    RETURNING file_id
), counts AS (
    SELECT file_id, sum(loaded) AS loaded, sum(duplicate) AS duplicate
      FROM (SELECT file_id, n AS loaded, 0 AS duplicate FROM gone
             UNION ALL SELECT file_id, 0, 1 FROM duplicate) AS c
     GROUP BY file_id
), counted AS (
    UPDATE ingestion_file AS f
       SET loaded = f.loaded - c.loaded, duplicate = f.duplicate - c.duplicate,
           dropped = f.dropped + c.loaded + c.duplicate
      FROM counts AS c
     WHERE f.file_id = c.file_id
), kept AS (
    UPDATE source SET kept_from = greatest(kept_from, :'to'::date)
     WHERE source_id = :'source'::integer
)
SELECT coalesce(sum(n), 0)::bigint AS transactions FROM gone;
