-- Adds a suppression, and gives the dates with findings that it concerns. '' stands for any.
WITH added AS (
    INSERT INTO suppression (source_id, detector, subject_type, subject_id, from_date, until_date, reason)
    VALUES (:'source'::integer, :'detector', :'type', :'subject', :'from'::date, :'until'::date, :'reason')
)
SELECT DISTINCT tx_date
  FROM anomaly
 WHERE source_id = :'source'::integer AND tx_date BETWEEN :'from'::date AND :'until'::date
   AND :'detector' IN (detector, '') AND :'type' IN (subject_type, '')
   AND :'subject' IN (subject_id, '')
 ORDER BY tx_date;
