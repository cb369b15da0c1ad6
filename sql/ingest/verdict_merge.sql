INSERT INTO verdict AS v (source_id, transaction_id, account_id, decided_on, tx_date, verdict, run_id)
SELECT :'source'::integer, transaction_id, account_id, decided_on, tx_date, verdict, :'run'::bigint
  FROM pg_temp.verdict_given
 WHERE state IN ('new', 'changed')
ON CONFLICT (source_id, transaction_id, account_id, decided_on) DO UPDATE
   SET verdict = excluded.verdict, tx_date = excluded.tx_date, run_id = excluded.run_id;
