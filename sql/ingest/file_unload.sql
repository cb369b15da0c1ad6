-- The rows that a file brought go; the dates that lose one are given.
WITH gone AS (
    DELETE FROM transactions
     WHERE source_id = :'source'::integer
       AND tx_date BETWEEN :'from'::date AND :'to'::date
       AND file_id = :'file'::bigint
    RETURNING tx_date
)
SELECT tx_date FROM gone GROUP BY tx_date ORDER BY tx_date;
