-- Verdicts of the dates whose transactions are not there any more wait for them again. first and
-- last bound the dates, so that other leaves are not even planned for.
WITH gone AS MATERIALIZED (
    SELECT v.transaction_id, v.account_id, v.decided_on
      FROM verdict AS v
      LEFT JOIN transactions AS t
        ON t.source_id = :'source'::integer AND t.tx_date = ANY (:'dates'::date[])
       AND t.tx_date BETWEEN :'first'::date AND :'last'::date
       AND t.tx_date = v.tx_date AND t.account_id = v.account_id
       AND t.transaction_id = v.transaction_id
     WHERE v.source_id = :'source'::integer AND v.tx_date = ANY (:'dates'::date[])
       AND t.transaction_id IS NULL
)
UPDATE verdict AS v
   SET tx_date = NULL
  FROM gone AS g
 WHERE v.source_id = :'source'::integer AND v.transaction_id = g.transaction_id
   AND v.account_id = g.account_id AND v.decided_on = g.decided_on;
