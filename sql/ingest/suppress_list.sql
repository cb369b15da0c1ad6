-- What is suppressed, in each source or in the one of that name ('': all).
SELECT p.suppression_id::text AS id, s.name AS source, coalesce(nullif(p.detector, ''), '*') AS detector,
       coalesce(nullif(concat_ws(':', nullif(p.subject_type, ''), nullif(p.subject_id, '')), ''), '*') AS subject,
       p.from_date::text AS "from", p.until_date::text AS until,
       (SELECT count(*)
          FROM anomaly AS a
         WHERE a.source_id = p.source_id AND a.state = 'suppressed'
           AND a.tx_date BETWEEN p.from_date AND p.until_date
           AND p.detector IN (a.detector, '') AND p.subject_type IN (a.subject_type, '')
           AND p.subject_id IN (a.subject_id, ''))::text AS findings,
       p.reason
  FROM suppression AS p
  JOIN source AS s ON s.source_id = p.source_id
 WHERE :'source' IN (s.name, '')
 ORDER BY p.suppression_id;
