-- The findings of the dates that were judged, added to their run.
UPDATE ingestion_run
   SET anomalies = anomalies + (SELECT count(*)
                                  FROM anomaly
                                 WHERE source_id = :'source'::integer
                                   AND tx_date = ANY (:'dates'::date[])
                                   AND run_id = :'run'::bigint)
 WHERE run_id = :'run'::bigint;
