-- What is to be judged (again) when the dates changed: themselves and, as far as the detectors
-- look back, the loaded dates behind them, whose baselines they are part of. from and to bound
-- them all, so that other months' leaves are not even planned for.
SELECT DISTINCT t.tx_date
  FROM subject_day AS t
  JOIN unnest(:'dates'::date[]) AS d (changed)
    ON t.tx_date >= d.changed AND t.tx_date <= d.changed + :'horizon'::integer
 WHERE t.source_id = :'source'::integer AND t.subject_type = 'total' AND t.subject_id = ''
   AND t.tx_date >= :'from'::date AND t.tx_date <= :'to'::date + :'horizon'::integer
 ORDER BY t.tx_date;
