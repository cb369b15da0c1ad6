-- How far back the date is compared. base_from: over rollups, 30 days, and further (120 at most) while
-- that is no more than 300,000 transactions. detail_from: over transactions, those 300,000 alone.
-- known_until: the newest transaction that was decided about before the date.
WITH day AS (
    SELECT tx_date, sum(sum(n)) OVER (ORDER BY tx_date DESC) AS behind
      FROM subject_day
     WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
       AND tx_date >= :'date'::date - 120 AND tx_date < :'date'::date
     GROUP BY tx_date
), bound AS (
    SELECT min(tx_date) FILTER (WHERE behind <= 300000) AS from_date FROM day
)
SELECT coalesce(least(from_date, :'date'::date - 30), :'date'::date - 30) AS base_from,
       coalesce(from_date, :'date'::date - 1) AS detail_from,
       coalesce((SELECT max(tx_date) FROM verdict
                  WHERE source_id = :'source'::integer AND tx_date < :'date'::date
                    AND decided_on < :'date'::date AND replaced_on >= :'date'::date),
                :'date'::date - 1000) AS known_until,
       (SELECT count(*) FROM day AS d
         WHERE d.tx_date >= least(from_date, :'date'::date - 30)) AS loaded_days
  FROM bound;
