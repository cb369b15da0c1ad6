-- The loaded dates that look back as far as a transaction that was decided about, and come after the
-- decision: what is judged earlier cannot have known it. By their scorecards dates look back learned days
-- further, where a verdict of the last 90 days is known (detect_dates.sql).
WITH decided AS MATERIALIZED (
    SELECT DISTINCT tx_date, decided_on
      FROM pg_temp.verdict_given
     WHERE state IN ('new', 'changed') AND tx_date IS NOT NULL
), loaded AS MATERIALIZED (
    SELECT s.tx_date,
           CASE WHEN EXISTS (SELECT FROM verdict AS v
                              WHERE v.source_id = :'source'::integer
                                AND v.tx_date >= s.tx_date - 90 AND v.tx_date < s.tx_date
                                AND v.decided_on < s.tx_date AND v.replaced_on >= s.tx_date)
                THEN :'learned'::integer ELSE 0 END AS further
      FROM subject_day AS s
     WHERE s.source_id = :'source'::integer AND s.subject_type = 'total' AND s.subject_id = ''
       AND s.tx_date > (SELECT min(decided_on) FROM decided)
       AND s.tx_date <= (SELECT max(tx_date) FROM decided) + :'horizon'::integer + :'learned'::integer
     GROUP BY s.tx_date
)
SELECT DISTINCT s.tx_date
  FROM loaded AS s
  JOIN decided AS g
    ON s.tx_date > g.decided_on AND s.tx_date <= g.tx_date + :'horizon'::integer + s.further
 ORDER BY s.tx_date;
