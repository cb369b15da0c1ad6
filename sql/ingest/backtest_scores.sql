-- The score of every transaction of a date: as sql/ingest/transaction_score.sql has it, which knows what
-- the detectors built in say of transactions; and what those of one's own found about it, its account
-- or its merchant, as 1 - the product of (1 - score). A table, since a cursor would have the plan that
-- gives its first rows soonest: that took minutes for all of them.
CREATE TEMPORARY TABLE backtest AS
WITH found AS MATERIALIZED (
    SELECT subject_type, subject_id, currency, transaction_id, detector,
           CASE WHEN detector IN ('amount', 'velocity', 'payment', 'first_payment', 'counterparty', 'structuring',
                                  'twin', 'shifted', 'dormant', 'burst', 'round', 'split', 'merchant_risk', 'card')
                THEN 0 ELSE ln(1 - least(score, 0.999999)) END AS doubt
      FROM pg_temp.finding
     WHERE tx_date = :'date'::date
), about AS (
    SELECT t.account_id, t.transaction_id, f.detector, f.doubt
      FROM found AS f
      JOIN transactions AS t
        ON t.account_id = f.subject_id AND f.currency IN (t.currency, '')
       AND f.transaction_id IN (t.transaction_id, '')
     WHERE f.subject_type = 'account' AND t.source_id = :'source'::integer AND t.tx_date = :'date'::date
     UNION ALL
    SELECT t.account_id, t.transaction_id, f.detector, f.doubt
      FROM found AS f
      JOIN transactions AS t
        ON t.merchant_id = f.subject_id AND f.currency IN (t.currency, '')
       AND f.transaction_id IN (t.transaction_id, '')
     WHERE f.subject_type = 'merchant' AND t.source_id = :'source'::integer AND t.tx_date = :'date'::date
), summed AS MATERIALIZED (
    SELECT account_id, transaction_id, string_agg(DISTINCT detector, ' ' ORDER BY detector) AS detectors,
           sum(doubt) AS doubt
      FROM about
     GROUP BY account_id, transaction_id
), risk AS MATERIALIZED (
    SELECT account_id, transaction_id, risk FROM pg_temp.scored
)
SELECT t.transaction_id, trim_scale(round(1 - (1 - coalesce(r.risk, 0)) * exp(coalesce(s.doubt, 0)), 9)) AS score, t.account_id,
       to_char(t.tx_date, 'YYYY-MM-DD') AS date, coalesce(s.detectors, '') AS detectors
  FROM transactions AS t
  LEFT JOIN risk AS r ON r.account_id = t.account_id AND r.transaction_id = t.transaction_id
  LEFT JOIN summed AS s ON s.account_id = t.account_id AND s.transaction_id = t.transaction_id
 WHERE t.source_id = :'source'::integer AND t.tx_date = :'date'::date;
