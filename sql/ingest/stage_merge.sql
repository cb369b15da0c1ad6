-- Staged rows of a leaf: the first of each key goes in, unless the key is there already. Gives how
-- many of each date went in. (INSERT's own count is not to be relied on: on Citus it counts the
-- rows that were sent.) NOT EXISTS finds what is there by one join of the two; ON CONFLICT is for
-- what that cannot see.
WITH put AS (
    INSERT INTO transactions
    SELECT DISTINCT ON (s.tx_date, s.account_id, s.transaction_id) s.*
      FROM pg_temp.stage AS s
     WHERE s.tx_date >= :'from'::date AND s.tx_date < :'to'::date
       AND NOT EXISTS (SELECT
                         FROM transactions AS t
                        WHERE t.source_id = :'source'::integer
                          AND t.tx_date >= :'from'::date AND t.tx_date < :'to'::date
                          AND t.tx_date = s.tx_date AND t.account_id = s.account_id
                          AND t.transaction_id = s.transaction_id)
     ORDER BY s.tx_date, s.account_id, s.transaction_id, s.file_id, s.line
    ON CONFLICT DO NOTHING
    RETURNING tx_date
)
SELECT tx_date, count(*) AS n FROM put GROUP BY tx_date ORDER BY tx_date;
