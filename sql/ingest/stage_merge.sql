-- The staged rows of a leaf whose key is not there yet: the first of each key goes in, and those
-- behind it are listed with its place. Gives how many of each date went in, and, without a date, how
-- many were listed.
WITH ranked AS MATERIALIZED (
    SELECT s.*,
           row_number() OVER key AS nth,
           first_value(s.file_id) OVER key AS first_file_id,
           first_value(s.line) OVER key AS first_line
      FROM pg_temp.stage AS s
      LEFT JOIN transactions AS t
        ON t.source_id = :'source'::integer
       AND t.tx_date >= :'from'::date AND t.tx_date < :'to'::date
       AND t.tx_date = s.tx_date AND t.account_id = s.account_id
       AND t.transaction_id = s.transaction_id
     WHERE s.tx_date >= :'from'::date AND s.tx_date < :'to'::date AND t.line IS NULL
    WINDOW key AS (PARTITION BY s.tx_date, s.account_id, s.transaction_id ORDER BY s.file_id, s.line)
), put AS (
    INSERT INTO transactions
    SELECT ts, run_id, file_id, line, source_id, tx_date, amount, currency, account_id,
           transaction_id, merchant_id, channel, country
      FROM ranked
     WHERE nth = 1
    RETURNING tx_date
), listed AS (
    INSERT INTO duplicate_record
    SELECT ts, run_id, file_id, line, source_id, tx_date, amount, currency, account_id,
           transaction_id, merchant_id, channel, country, first_file_id, first_line
      FROM ranked
     WHERE nth > 1
    RETURNING 1
)
SELECT tx_date, count(*) AS n FROM put GROUP BY tx_date
 UNION ALL
SELECT NULL, count(*) FROM listed
 ORDER BY tx_date;
