-- The transactions that were decided about, in one pass over the source's up to the newest decision
-- (newest; a day more, since the one who decides may sit in another zone). Of one id's several the
-- last before the decision is meant; of several accounts' none can be.
WITH found AS MATERIALIZED (
    SELECT g.file, g.line, min(t.account_id) AS account_id, max(t.tx_date) AS tx_date,
           min(t.account_id) <> max(t.account_id) AS ambiguous
      FROM pg_temp.verdict_given AS g
      JOIN transactions AS t
        ON t.transaction_id = g.transaction_id AND t.tx_date <= g.decided_on + 1
       AND (g.account_id = '' OR t.account_id = g.account_id)
     WHERE t.source_id = :'source'::integer AND t.tx_date <= :'newest'::date + 1
     GROUP BY g.file, g.line
)
UPDATE pg_temp.verdict_given AS g
   SET state = CASE WHEN f.ambiguous THEN 'ambiguous' END,
       account_id = CASE WHEN f.ambiguous THEN g.account_id ELSE f.account_id END,
       tx_date = CASE WHEN f.ambiguous THEN NULL ELSE f.tx_date END
  FROM found AS f
 WHERE g.file = f.file AND g.line = f.line;
