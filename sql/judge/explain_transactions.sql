-- The transactions behind a finding, with the places that they came from: those that its detector
-- lists, else the one that it is about, else its subject's on the date, the largest first.
-- first and last bound their dates.
WITH a AS MATERIALIZED (
    SELECT *, CASE jsonb_typeof(evidence -> 'transactions')
              WHEN 'array' THEN evidence -> 'transactions' ELSE '[]' END AS list
      FROM anomaly
     WHERE source_id = :'source'::integer AND anomaly_id = :'id'
), listed AS MATERIALIZED (
    SELECT e ->> 'account_id' AS account_id, e ->> 'transaction_id' AS transaction_id,
           (e ->> 'tx_date')::date AS tx_date
      FROM a CROSS JOIN LATERAL jsonb_array_elements(a.list) AS e
     WHERE e ->> 'tx_date' ~ '^\d{4}-\d\d-\d\d$'
), behind AS (
    SELECT t.*
      FROM transactions AS t
      JOIN listed AS l ON l.tx_date = t.tx_date AND l.account_id = t.account_id
                      AND l.transaction_id = t.transaction_id
     WHERE t.source_id = :'source'::integer
       AND t.tx_date BETWEEN :'first'::date AND :'last'::date
     UNION ALL
    SELECT t.*
      FROM a
      JOIN transactions AS t
        ON a.list = '[]' AND a.currency IN (t.currency, '')
       AND a.transaction_id IN (t.transaction_id, '')
       AND CASE a.subject_type
           WHEN 'total' THEN true
           WHEN 'account' THEN t.account_id = a.subject_id
           WHEN 'merchant' THEN t.merchant_id = a.subject_id
           WHEN 'channel' THEN t.channel = a.subject_id
           WHEN 'country' THEN t.country = a.subject_id
           ELSE a.transaction_id <> '' END
     WHERE t.source_id = :'source'::integer AND t.tx_date = :'date'::date
)
SELECT b.transaction_id, b.account_id, to_char(b.ts AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ts,
       b.amount::text AS amount, b.currency, b.merchant_id, b.channel, b.country, f.path AS file,
       b.line, v.verdict
  FROM behind AS b
  JOIN ingestion_file AS f ON f.file_id = b.file_id
  LEFT JOIN verdict AS v
    ON v.source_id = :'source'::integer AND v.transaction_id = b.transaction_id
   AND v.account_id = b.account_id AND v.replaced_on = 'infinity'
 ORDER BY b.amount DESC, b.ts, b.account_id, b.transaction_id
 LIMIT 101;
