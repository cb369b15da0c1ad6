-- What is to be judged (again) when the dates changed: themselves and, as far as the detectors
-- look back, the loaded dates behind them, whose baselines they are part of. Of those for which verdicts are
-- known also the ones that learn from these: by their scorecards they look back learned days further.
-- from and to bound them all, so that other months' leaves are not even planned for.
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
  JOIN unnest(:'dates'::date[]) AS d (changed)
    ON t.tx_date >= d.changed AND t.tx_date <= d.changed + :'horizon'::integer + t.further
 ORDER BY t.tx_date;
