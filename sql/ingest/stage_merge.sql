-- Rows of a leaf that exists: the first of each key goes in, unless the key is there already.
-- Gives how many of each date went in. (INSERT's own count is not to be relied on: on Citus it
-- counts the rows that were sent.)
WITH put AS (
    INSERT INTO transactions
    SELECT DISTINCT ON (tx_date, account_id, transaction_id) *
      FROM pg_temp.stage
     WHERE tx_date >= :'from'::date AND tx_date < :'to'::date
     ORDER BY tx_date, account_id, transaction_id, file_id, line
    ON CONFLICT DO NOTHING
    RETURNING tx_date
)
SELECT tx_date, count(*) AS n FROM put GROUP BY tx_date ORDER BY tx_date;
