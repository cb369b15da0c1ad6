-- The staged rows of a leaf whose key a row has already are listed with the place of that one. Gives
-- how many they are: where files are sent again, all.
WITH listed AS (
    INSERT INTO duplicate_record
    SELECT s.ts, s.run_id, s.file_id, s.line, s.source_id, s.tx_date, s.amount, s.currency,
           s.account_id, s.transaction_id, s.merchant_id, s.channel, s.country, t.file_id, t.line
      FROM pg_temp.stage AS s
      JOIN transactions AS t
        ON t.source_id = :'source'::integer
       AND t.tx_date >= :'from'::date AND t.tx_date < :'to'::date
       AND t.tx_date = s.tx_date AND t.account_id = s.account_id
       AND t.transaction_id = s.transaction_id
     WHERE s.tx_date >= :'from'::date AND s.tx_date < :'to'::date
    RETURNING 1
)
SELECT count(*) AS n FROM listed;
