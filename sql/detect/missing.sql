-- missing: dates that did not come, though their weekday always did.
--
-- Found on the next date that was loaded, when it is known that the feed went on: a missing date is one
-- between that and the date loaded before it whose weekday was loaded in at least share of the weeks
-- before the gap. When it comes after all, the finding goes.
--
-- param weeks       = 12     that are looked at, the gap within them
-- param min_history = 4      weeks of a weekday, below which there is no opinion
-- param share       = 0.9    of them in which it was loaded
--
-- lookback = weeks * 7
--
-- Window: the dates between the date and the last loaded one before it; baseline what is before those.
WITH calendar AS MATERIALIZED (
    SELECT tx_date
      FROM subject_day
     WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
       AND tx_date >= :'date'::date - 7 * :'weeks'::integer AND tx_date <= :'date'::date
     GROUP BY tx_date
), bounds AS (
    SELECT min(tx_date) AS first_date, max(tx_date) FILTER (WHERE tx_date < :'date'::date) AS last_date
      FROM calendar
    HAVING max(tx_date) = :'date'::date
), absent AS (
    SELECT b.first_date, b.last_date, b.last_date + i AS tx_date
      FROM bounds AS b
     CROSS JOIN LATERAL generate_series(1, :'date'::date - b.last_date - 1) AS i
), weekday AS ( -- the same weekday before the gap: how many there were, and how many came
    SELECT a.tx_date, count(*) AS weeks, count(c.tx_date) AS came
      FROM absent AS a
     CROSS JOIN LATERAL generate_series(1, :'weeks'::integer) AS back
      LEFT JOIN calendar AS c ON c.tx_date = a.tx_date - 7 * back
     WHERE a.tx_date - 7 * back BETWEEN a.first_date AND a.last_date
     GROUP BY a.tx_date
), missing AS (
    SELECT tx_date, came, weeks, to_char(tx_date, 'YYYY-MM-DD (FMDay)') AS name
      FROM weekday
     WHERE weeks >= :'min_history'::bigint AND came >= :'share'::numeric * weeks
)
SELECT 'total' AS subject_type, '' AS subject_id, '' AS currency, '' AS transaction_id, count(*) AS observed,
       0 AS expected, NULL::numeric AS lower, 0 AS upper, max(came / (came + 1.0)) AS score,
       format('%s before this date not loaded: %s', CASE count(*) WHEN 1 THEN 'a date' ELSE count(*) || ' dates' END,
              string_agg(name, ', ' ORDER BY tx_date)) AS reason,
       jsonb_build_object(
           'training', (SELECT jsonb_agg(jsonb_build_object('date', c.tx_date, 'value', '1') ORDER BY c.tx_date)
                          FROM calendar AS c WHERE c.tx_date < min(m.tx_date)),
           'excluded', jsonb_agg(jsonb_build_object('date', tx_date, 'why', 'not loaded') ORDER BY tx_date),
           'arithmetic', jsonb_agg(format('%s: loaded in %s of %s weeks before', name, came, weeks) ORDER BY tx_date)) AS evidence
  FROM missing AS m
HAVING count(*) > 0;
