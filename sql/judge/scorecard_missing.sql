-- The loaded dates that the date's scorecard is learned from and of which the bins are not there: no verdict
-- was known yet when they were judged. None where too few frauds are known to learn from.
WITH known AS (
    SELECT max(tx_date) AS until
      FROM verdict
     WHERE source_id = :'source'::integer AND tx_date >= :'date'::date - 90 AND tx_date < :'date'::date
       AND decided_on < :'date'::date AND replaced_on >= :'date'::date
)
SELECT DISTINCT s.tx_date
  FROM known AS k
  JOIN subject_day AS s ON s.tx_date > k.until - 21 AND s.tx_date <= k.until
 WHERE s.source_id = :'source'::integer AND s.subject_type = 'total' AND s.subject_id = ''
   AND s.tx_date > :'date'::date - 111 AND s.tx_date < :'date'::date
   AND (SELECT count(*)
          FROM verdict AS v
         WHERE v.source_id = :'source'::integer AND v.verdict = 'fraud'
           AND v.tx_date > k.until - 21 AND v.tx_date <= k.until
           AND v.decided_on < :'date'::date AND v.replaced_on >= :'date'::date) >= 30
   AND NOT EXISTS (SELECT FROM scorecard_day AS d
                    WHERE d.source_id = :'source'::integer AND d.tx_date = s.tx_date)
 ORDER BY s.tx_date;
