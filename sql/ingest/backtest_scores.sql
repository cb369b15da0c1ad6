-- The score of every transaction of a date: 1 - the product of (1 - score) over what was found about
-- itself, its account and its merchant.
DECLARE backtest NO SCROLL CURSOR FOR
WITH found AS MATERIALIZED (
    SELECT subject_type, subject_id, currency, transaction_id, detector,
           ln(1 - least(score, 0.999999)) AS doubt
      FROM pg_temp.finding
     WHERE tx_date = :'date'::date
), account AS MATERIALIZED (
    SELECT subject_id, currency, transaction_id, sum(doubt) AS doubt,
           string_agg(detector, ' ' ORDER BY detector) AS detectors
      FROM found
     WHERE subject_type = 'account'
     GROUP BY subject_id, currency, transaction_id
), merchant AS MATERIALIZED (
    SELECT subject_id, currency, transaction_id, sum(doubt) AS doubt,
           string_agg(detector, ' ' ORDER BY detector) AS detectors
      FROM found
     WHERE subject_type = 'merchant'
     GROUP BY subject_id, currency, transaction_id
), about AS MATERIALIZED (
    SELECT t.account_id, t.transaction_id, a.doubt, a.detectors
      FROM account AS a
      JOIN transactions AS t
        ON t.account_id = a.subject_id AND a.currency IN (t.currency, '')
       AND a.transaction_id IN (t.transaction_id, '')
     WHERE t.source_id = :'source'::integer AND t.tx_date = :'date'::date
     UNION ALL
    SELECT t.account_id, t.transaction_id, m.doubt, m.detectors
      FROM merchant AS m
      JOIN transactions AS t
        ON t.merchant_id = m.subject_id AND m.currency IN (t.currency, '')
       AND m.transaction_id IN (t.transaction_id, '')
     WHERE t.source_id = :'source'::integer AND t.tx_date = :'date'::date
), summed AS MATERIALIZED (
    SELECT account_id, transaction_id, sum(doubt) AS doubt,
           string_agg(detectors, ' ' ORDER BY detectors) AS detectors
      FROM about
     GROUP BY account_id, transaction_id
)
SELECT t.transaction_id, trim_scale(round(1 - exp(coalesce(s.doubt, 0)), 6)) AS score, t.account_id,
       to_char(t.tx_date, 'YYYY-MM-DD') AS date, coalesce(s.detectors, '') AS detectors
  FROM transactions AS t
  LEFT JOIN summed AS s ON s.account_id = t.account_id AND s.transaction_id = t.transaction_id
 WHERE t.source_id = :'source'::integer AND t.tx_date = :'date'::date
 ORDER BY t.account_id, t.transaction_id;
