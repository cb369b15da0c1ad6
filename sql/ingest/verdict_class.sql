-- What each is: new, changed (another verdict of that date is kept), duplicate (the same one is, or
-- stands further up), or contradictory (another one stands further up).
WITH first AS MATERIALIZED (
    SELECT file, line,
           row_number() OVER key AS nth, first_value(verdict) OVER key AS first_verdict
      FROM pg_temp.verdict_given
     WHERE state IS NULL
    WINDOW key AS (PARTITION BY transaction_id, account_id, decided_on ORDER BY file, line)
), class AS MATERIALIZED (
    SELECT g.file, g.line,
           CASE WHEN f.nth > 1 AND g.verdict <> f.first_verdict THEN 'contradictory'
                WHEN f.nth > 1 OR g.verdict = v.verdict THEN 'duplicate'
                WHEN v.verdict IS NULL THEN 'new'
                ELSE 'changed'
           END AS state
      FROM pg_temp.verdict_given AS g
      JOIN first AS f ON f.file = g.file AND f.line = g.line
      LEFT JOIN verdict AS v
        ON v.source_id = :'source'::integer AND v.transaction_id = g.transaction_id
       AND v.account_id = g.account_id AND v.decided_on = g.decided_on
)
UPDATE pg_temp.verdict_given AS g
   SET state = c.state
  FROM class AS c
 WHERE g.file = c.file AND g.line = c.line;
