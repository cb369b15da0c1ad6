-- merchant_risk: a transaction at a merchant whose last known ones were fraud.
--
-- By verdicts that were decided before the date: the unbroken run of frauds up to the last transaction
-- that is known about. A run that began more than four weeks ago counts little.
--
-- param min_score  = 0.6    findings below it are none
-- param min_amount = 0    absolute floor, in the currency's unit
--
-- lookback = 120
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.scored: by hand, run shared_open.sql, then for a date shared_window.sql with \gset and the
-- others of src/detect/shared.c in their order, all in sql/ingest, before it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id,
       amount AS observed, NULL::numeric AS expected, NULL::numeric AS lower,
       NULL::numeric AS upper, round(s_merchant::numeric, 6) AS score,
       format('%s %s at %s, whose last %s known transactions were fraud, since %s days', amount, currency, merchant_id, merchant_run, run_since) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('run = %s, known = %s of %s frauds', merchant_run, merchant_frauds, merchant_n)),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM pg_temp.scored
 WHERE s_merchant >= :'min_score'::float8 AND amount >= :'min_amount'::numeric;
