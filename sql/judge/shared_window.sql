-- How far back the date is compared. detail_from: over transactions, at most 90 days and 50,000 of them.
-- known_until: the newest transaction that was decided about before the date; is_known: there is one.
-- loaded_days: of those that accounts are compared over (base_missing.sql).
WITH day AS (
    SELECT tx_date, sum(sum(n)) OVER (ORDER BY tx_date DESC) AS behind
      FROM subject_day
     WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
       AND tx_date >= :'date'::date - 90 AND tx_date < :'date'::date
     GROUP BY tx_date
), known AS (
    SELECT max(tx_date) AS until
      FROM verdict
     WHERE source_id = :'source'::integer AND tx_date >= :'date'::date - 90 AND tx_date < :'date'::date
       AND decided_on < :'date'::date AND replaced_on >= :'date'::date
)
SELECT coalesce((SELECT min(tx_date) FROM day WHERE behind <= 50000), :'date'::date - 1) AS detail_from,
       coalesce(until, :'date'::date - 1) AS known_until, until IS NOT NULL AS is_known,
       (SELECT count(*) FROM day WHERE behind <= 300000 OR tx_date >= :'date'::date - 30) AS loaded_days
  FROM known;
