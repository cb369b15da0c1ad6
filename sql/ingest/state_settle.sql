-- The checkpoint after rows were taken out, by undo or for others: where the source's data ends now.
WITH newest AS (
    SELECT max(tx_date) AS last_date
      FROM subject_day
     WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
       AND tx_date >= coalesce((SELECT kept_from FROM source WHERE source_id = :'source'::integer),
                               '-infinity')
), gone AS (
    DELETE FROM ingestion_state
     WHERE source_id = :'source'::integer AND (SELECT last_date FROM newest) IS NULL
)
UPDATE ingestion_state
   SET last_date = n.last_date,
       watermark = (SELECT max(t.ts)
                      FROM transactions AS t
                     WHERE t.source_id = :'source'::integer AND t.tx_date = n.last_date),
       last_run = :'run'::bigint
  FROM newest AS n
 WHERE source_id = :'source'::integer AND n.last_date IS NOT NULL;
