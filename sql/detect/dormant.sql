-- dormant: an account that wakes after a pause far longer than those it usually makes.
--
-- The pause must be 45 days at least, and five times the usual one.
--
-- param min_score  = 0.5    findings below it are none
-- param min_amount = 1    absolute floor, in the currency's unit
--
-- lookback = 120
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.scored: by hand, run shared_open.sql, then for a date shared_window.sql with \gset and the
-- others of src/detect/shared.c in their order, all in sql/ingest, before it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id,
       amount AS observed, round(exp(level)::numeric, 2) AS expected, NULL::numeric AS lower,
       NULL::numeric AS upper, round(s_dormant::numeric, 6) AS score,
       format('%s %s after %s days without a transaction; usually %s pass', amount, currency, idle, round(gap::numeric, 1)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('pause = %s days, usual = %s', idle, round(gap::numeric, 2)), format('distance from the level = %s spreads', round(z::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM pg_temp.scored
 WHERE s_dormant >= :'min_score'::float8 AND amount >= :'min_amount'::numeric;
