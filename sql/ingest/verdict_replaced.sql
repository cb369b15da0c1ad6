-- Until when each of a transaction's verdicts was the newest one.
WITH next AS MATERIALIZED (
    SELECT v.transaction_id, v.account_id, v.decided_on,
           lead(v.decided_on, 1, 'infinity') OVER (PARTITION BY v.transaction_id, v.account_id
                                                   ORDER BY v.decided_on) AS replaced_on
      FROM verdict AS v
      JOIN (SELECT DISTINCT transaction_id, account_id
              FROM pg_temp.verdict_given
             WHERE state = 'new') AS g
        ON g.transaction_id = v.transaction_id AND g.account_id = v.account_id
     WHERE v.source_id = :'source'::integer
)
UPDATE verdict AS v
   SET replaced_on = n.replaced_on
  FROM next AS n
 WHERE v.source_id = :'source'::integer AND v.transaction_id = n.transaction_id
   AND v.account_id = n.account_id AND v.decided_on = n.decided_on
   AND v.replaced_on <> n.replaced_on;
