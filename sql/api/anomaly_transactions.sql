-- The transactions of an anomaly: those that its evidence names, else the one that it is about, else
-- its subject's of its date. after: date, account and id of the row that the page begins behind. No row: there
-- is no such anomaly; one without a place: it has none.
WITH found AS MATERIALIZED (
    SELECT a.*, jsonb_typeof(a.evidence -> 'transactions') = 'array' AS is_listed
      FROM anomaly AS a
     WHERE a.source_id IN (SELECT source_id FROM source) AND a.anomaly_id = :'id'
     ORDER BY a.source_id
     LIMIT 1
), listed AS MATERIALIZED (
    SELECT t.*
      FROM found AS f
     CROSS JOIN LATERAL jsonb_array_elements(CASE WHEN f.is_listed THEN f.evidence -> 'transactions'
                                                  ELSE '[]' END) AS e
     CROSS JOIN LATERAL (
           SELECT * FROM transactions
            WHERE source_id = f.source_id AND tx_date = (e ->> 'tx_date')::date
              AND account_id = e ->> 'account_id' AND transaction_id = e ->> 'transaction_id'
           OFFSET 0) AS t
), subject AS MATERIALIZED (
    SELECT t.*
      FROM found AS f
     CROSS JOIN LATERAL (
           SELECT * FROM transactions AS t
            WHERE t.source_id = f.source_id AND t.tx_date = f.tx_date
              AND f.currency IN ('', t.currency) AND f.transaction_id IN ('', t.transaction_id)
              AND CASE f.subject_type WHEN 'account' THEN t.account_id = f.subject_id
                                      WHEN 'merchant' THEN t.merchant_id = f.subject_id
                                      WHEN 'channel' THEN t.channel = f.subject_id
                                      WHEN 'country' THEN t.country = f.subject_id
                                      ELSE true END
              AND (:'after' = '' OR (t.account_id, t.transaction_id) >
                   (nullif(:'after', '')::json ->> 1, nullif(:'after', '')::json ->> 2))
            ORDER BY t.account_id, t.transaction_id
            LIMIT :'limit'::integer + 1) AS t
     WHERE f.is_listed IS NOT TRUE
)
SELECT p.transaction_id, p.account_id,
       to_char(p.ts AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ts, p.amount, p.currency,
       p.merchant_id, p.channel, p.country, i.path AS file, p.line,
       CASE WHEN p.tx_date IS NOT NULL
            THEN json_build_array(p.tx_date, p.account_id, p.transaction_id)::text END AS place
  FROM found AS f
  LEFT JOIN LATERAL (
       SELECT t.*
         FROM (SELECT * FROM listed UNION ALL SELECT * FROM subject) AS t
        WHERE :'after' = '' OR (t.tx_date, t.account_id, t.transaction_id) >
              ((nullif(:'after', '')::json ->> 0)::date, nullif(:'after', '')::json ->> 1,
               nullif(:'after', '')::json ->> 2)
        ORDER BY t.tx_date, t.account_id, t.transaction_id
        LIMIT :'limit'::integer + 1) AS p ON true
  LEFT JOIN ingestion_file AS i ON i.file_id = p.file_id
 ORDER BY p.tx_date, p.account_id, p.transaction_id;
