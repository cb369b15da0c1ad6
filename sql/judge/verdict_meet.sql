-- Verdicts that wait, and their transactions among those of the dates. An id that several accounts
-- have is nobody's as long as none is given. What was given once with and once without the account
-- is one verdict.
WITH met AS MATERIALIZED (
    SELECT v.transaction_id, v.account_id, v.decided_on, min(t.account_id) AS owner,
           max(t.tx_date) AS tx_date
      FROM verdict AS v
      JOIN transactions AS t
        ON t.transaction_id = v.transaction_id AND t.tx_date <= v.decided_on + 1
       AND (v.account_id = '' OR t.account_id = v.account_id)
     WHERE v.source_id = :'source'::integer AND v.tx_date IS NULL
       AND t.source_id = :'source'::integer AND t.tx_date = ANY (:'dates'::date[])
       AND t.tx_date BETWEEN :'first'::date AND :'last'::date
     GROUP BY v.transaction_id, v.account_id, v.decided_on
    HAVING min(t.account_id) = max(t.account_id)
), twin AS MATERIALIZED (
    SELECT m.transaction_id, m.account_id, m.decided_on
      FROM met AS m
      JOIN verdict AS v
        ON v.source_id = :'source'::integer AND v.transaction_id = m.transaction_id
       AND v.account_id = m.owner AND v.decided_on = m.decided_on
     WHERE m.account_id <> m.owner
), gone AS (
    DELETE FROM verdict AS v
     USING twin AS w
     WHERE v.source_id = :'source'::integer AND v.transaction_id = w.transaction_id
       AND v.account_id = w.account_id AND v.decided_on = w.decided_on
)
UPDATE verdict AS v
   SET tx_date = m.tx_date, account_id = m.owner
  FROM met AS m
  LEFT JOIN twin AS w
    ON w.transaction_id = m.transaction_id AND w.account_id = m.account_id
   AND w.decided_on = m.decided_on
 WHERE v.source_id = :'source'::integer AND v.transaction_id = m.transaction_id
   AND v.account_id = m.account_id AND v.decided_on = m.decided_on
   AND w.transaction_id IS NULL;
