-- Ends a suppression, and gives the dates with findings that it concerned; a NULL where there are none.
WITH gone AS (
    DELETE FROM suppression
     WHERE source_id = :'source'::integer AND suppression_id = :'id'::bigint
    RETURNING *
)
SELECT DISTINCT a.tx_date
  FROM gone AS g
  LEFT JOIN anomaly AS a
    ON a.source_id = :'source'::integer AND a.tx_date BETWEEN g.from_date AND g.until_date
   AND g.detector IN (a.detector, '') AND g.subject_type IN (a.subject_type, '')
   AND g.subject_id IN (a.subject_id, '')
 ORDER BY a.tx_date;
