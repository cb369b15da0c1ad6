-- The dates of which transactions were decided about, and the first of each one's decisions: what is judged
-- up to that cannot have known it. NULL: there are none.
WITH decided AS (
    SELECT tx_date, min(decided_on) AS decided_on
      FROM pg_temp.verdict_given
     WHERE state IN ('new', 'changed') AND tx_date IS NOT NULL
     GROUP BY tx_date
)
SELECT array_agg(tx_date ORDER BY tx_date)::text AS dates,
       array_agg(decided_on ORDER BY tx_date)::text AS decided,
       (min(decided_on) + 1)::text AS first, max(tx_date)::text AS last
  FROM decided;
