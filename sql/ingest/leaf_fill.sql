-- Stragglers of a leaf that was made in this slice, and has no key yet.
WITH put AS (
    INSERT INTO :"leaf" SELECT * FROM pg_temp.stage
     WHERE tx_date >= :'from'::date AND tx_date < :'to'::date
    RETURNING tx_date
)
SELECT tx_date, count(*) AS n FROM put GROUP BY tx_date ORDER BY tx_date;
