-- The score of every transaction of a date: 1 - the product of (1 - score) over what detectors say of it, its
-- account or its merchant. A table, since a cursor would have the plan that gives its first rows
-- soonest: that took minutes for all of them.
INSERT INTO pg_temp.backtest (transaction_id, score, account_id, date, detectors)
WITH said AS MATERIALIZED (
    SELECT subject_type, subject_id, currency, transaction_id,
           CASE WHEN observed = 1 THEN detector END AS detector,
           ln(1 - least(score, 0.999999999)::float8) AS doubt
      FROM pg_temp.finding
     WHERE tx_date = :'date'::date
), about AS (
    SELECT f.subject_id AS account_id, f.transaction_id, f.detector, f.doubt
      FROM said AS f
     WHERE f.subject_type = 'account' AND f.transaction_id <> ''
     UNION ALL
    SELECT t.account_id, t.transaction_id, f.detector, f.doubt
      FROM said AS f
      JOIN transactions AS t
        ON t.account_id = f.subject_id AND f.currency IN (t.currency, '')
     WHERE f.subject_type = 'account' AND f.transaction_id = ''
       AND t.source_id = :'source'::integer AND t.tx_date = :'date'::date
     UNION ALL
    SELECT t.account_id, t.transaction_id, f.detector, f.doubt
      FROM said AS f
      JOIN transactions AS t
        ON t.merchant_id = f.subject_id AND f.currency IN (t.currency, '')
       AND f.transaction_id IN (t.transaction_id, '')
     WHERE f.subject_type = 'merchant' AND t.source_id = :'source'::integer AND t.tx_date = :'date'::date
), summed AS MATERIALIZED (
    SELECT account_id, transaction_id, string_agg(DISTINCT detector, ' ' ORDER BY detector) AS detectors,
           sum(doubt ORDER BY doubt) AS doubt
      FROM about
     GROUP BY account_id, transaction_id
)
SELECT t.transaction_id, trim_scale(round((1 - exp(coalesce(s.doubt, 0)))::numeric, 9)) AS score, t.account_id,
       to_char(t.tx_date, 'YYYY-MM-DD') AS date, coalesce(s.detectors, '') AS detectors
  FROM transactions AS t
  LEFT JOIN summed AS s ON s.account_id = t.account_id AND s.transaction_id = t.transaction_id
 WHERE t.source_id = :'source'::integer AND t.tx_date = :'date'::date;
