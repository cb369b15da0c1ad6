-- The accounts or the transactions of a date by their risk. date: '' is the newest of each source's.
-- after: risk, source, account and transaction of the row that the page begins behind.
WITH dates AS MATERIALIZED (
    SELECT s.source_id, s.name, coalesce(nullif(:'date', '')::date, c.last_date) AS tx_date
      FROM source AS s
      LEFT JOIN ingestion_state AS c ON c.source_id = s.source_id
     WHERE :'source' IN ('', s.name)
), ranked AS (
    SELECT d.source_id, d.name, d.tx_date, r.account_id, '' AS transaction_id, r.risk, r.anomalies
      FROM dates AS d
      JOIN account_risk AS r ON r.source_id = d.source_id AND r.tx_date = d.tx_date
     WHERE :'subject' = 'account'
     UNION ALL
    SELECT d.source_id, d.name, d.tx_date, r.account_id, r.transaction_id, r.risk, r.anomalies
      FROM dates AS d
      JOIN transaction_risk AS r ON r.source_id = d.source_id AND r.tx_date = d.tx_date
     WHERE :'subject' = 'transaction'
)
SELECT name AS source, tx_date::text AS date, account_id, nullif(transaction_id, '') AS transaction_id,
       risk, anomalies,
       json_build_array(risk::text, source_id, account_id, transaction_id)::text AS place
  FROM ranked
 WHERE :'after' = '' OR (- risk, source_id, account_id, transaction_id) >
       (- (nullif(:'after', '')::json ->> 0)::numeric, (nullif(:'after', '')::json ->> 1)::integer,
        nullif(:'after', '')::json ->> 2, nullif(:'after', '')::json ->> 3)
 ORDER BY risk DESC, source_id, account_id, transaction_id
 LIMIT :'limit'::integer + 1;
