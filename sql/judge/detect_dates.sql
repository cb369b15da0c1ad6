-- What is to be judged (again) when something of dates changed: as far as the detectors look back, the loaded
-- dates behind each of them that lie after the one of after in the same place ('{}': after the day before
-- it, so that it is one itself). Of those for which verdicts are known also the ones that learn from these:
-- by their scorecards they look back learned days further. from and to bound them all, so that other
-- months' leaves are not even planned for.
WITH loaded AS MATERIALIZED (
    SELECT t.tx_date,
           CASE WHEN EXISTS (SELECT FROM verdict AS v
                              WHERE v.source_id = :'source'::integer
                                AND v.tx_date >= t.tx_date - 90 AND v.tx_date < t.tx_date
                                AND v.decided_on < t.tx_date AND v.replaced_on >= t.tx_date)
                THEN :'learned'::integer ELSE 0 END AS further
      FROM subject_day AS t
     WHERE t.source_id = :'source'::integer AND t.subject_type = 'total' AND t.subject_id = ''
       AND t.tx_date >= :'from'::date
       AND t.tx_date <= :'to'::date + :'horizon'::integer + :'learned'::integer
     GROUP BY t.tx_date
)
SELECT DISTINCT t.tx_date
  FROM loaded AS t
  JOIN unnest(:'dates'::date[], :'after'::date[]) AS d (changed, after)
    ON t.tx_date > coalesce(d.after, d.changed - 1)
   AND t.tx_date <= d.changed + :'horizon'::integer + t.further
 ORDER BY t.tx_date;
