-- The loaded dates that look back as far as a transaction that was decided about, and come after the
-- decision: what is judged earlier cannot have known it.
SELECT DISTINCT s.tx_date
  FROM subject_day AS s
  JOIN (SELECT DISTINCT tx_date, decided_on
          FROM pg_temp.verdict_given
         WHERE state IN ('new', 'changed') AND tx_date IS NOT NULL) AS g
    ON s.tx_date > g.decided_on AND s.tx_date <= g.tx_date + :'horizon'::integer
 WHERE s.source_id = :'source'::integer AND s.subject_type = 'total' AND s.subject_id = ''
 ORDER BY s.tx_date;
