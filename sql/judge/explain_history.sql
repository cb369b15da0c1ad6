-- For a finding whose detector does not say what it was reckoned from: its subject's days before the
-- date, as far back as its parameters say (history in days, or weeks; else 30 days). A loaded day
-- without a transaction is zero; one that was not loaded has no number.
WITH a AS MATERIALIZED (
    SELECT tx_date, subject_type, subject_id, currency,
           least(CASE WHEN params ->> 'history' ~ '^\d{1,4}$' THEN (params ->> 'history')::integer
                      WHEN params ->> 'weeks' ~ '^\d{1,3}$' THEN 7 * (params ->> 'weeks')::integer
                      ELSE 30 END, 366) AS days
      FROM anomaly
     WHERE source_id = :'source'::integer AND anomaly_id = :'id'
), subject AS MATERIALIZED (
    SELECT d.tx_date, sum(d.n) AS n, sum(d.amount_sum) AS amount, count(DISTINCT d.currency) AS currencies
      FROM a
      JOIN subject_day AS d
        ON d.source_id = :'source'::integer AND d.subject_type = a.subject_type
       AND d.subject_id = a.subject_id AND a.currency IN (d.currency, '')
       AND d.tx_date >= a.tx_date - a.days AND d.tx_date < a.tx_date
     WHERE d.source_id = :'source'::integer AND d.tx_date < :'date'::date
       AND d.tx_date >= :'date'::date - 366
     GROUP BY d.tx_date
), loaded AS MATERIALIZED (
    SELECT DISTINCT tx_date
      FROM subject_day
     WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
       AND tx_date < :'date'::date AND tx_date >= :'date'::date - 366
)
SELECT to_char(a.tx_date - g.back, 'YYYY-MM-DD') AS date,
       CASE WHEN l.tx_date IS NOT NULL THEN coalesce(s.n, 0)::text END AS n,
       CASE WHEN l.tx_date IS NOT NULL AND coalesce(s.currencies, 1) = 1
            THEN coalesce(s.amount, 0)::text END AS amount
  FROM a
 CROSS JOIN LATERAL generate_series(a.days, 1, -1) AS g (back)
  LEFT JOIN loaded AS l ON l.tx_date = a.tx_date - g.back
  LEFT JOIN subject AS s ON s.tx_date = a.tx_date - g.back
 ORDER BY date;
