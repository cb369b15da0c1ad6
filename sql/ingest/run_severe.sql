-- How many findings that are shown, of that severity or a higher one, a run has left.
SELECT count(*)
  FROM ingestion_run AS r
  JOIN anomaly AS a
    ON a.source_id = r.source_id AND a.run_id = r.run_id AND a.state = 'shown'
   AND array_position(ARRAY['low', 'medium', 'high', 'critical'], a.severity)
    >= array_position(ARRAY['low', 'medium', 'high', 'critical'], :'severity')
 WHERE r.run_id = :'run'::bigint;
