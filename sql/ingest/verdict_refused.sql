-- The records that cannot be taken, and why. The first hundred say enough.
SELECT file::bigint AS file, line,
       CASE state
       WHEN 'ambiguous' THEN 'several accounts have a transaction of this id: give account_id, too'
       ELSE 'a line above says the opposite, decided on the same date'
       END AS why
  FROM pg_temp.verdict_given
 WHERE state IN ('ambiguous', 'contradictory')
 ORDER BY file, line
 LIMIT 100;
