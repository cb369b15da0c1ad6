-- first_payment: a large first payment to or from an account that was never seen before.
--
-- Compared with all amounts of the source. Round amounts and several on the same date add to it.
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
       amount AS observed, NULL::numeric AS expected, NULL::numeric AS lower,
       NULL::numeric AS upper, round(s_first::numeric, 6) AS score,
       format('%s %s of an account without any earlier transaction: %s spreads above the amounts of all; %s on the date', amount, currency, round(size_z::numeric, 1), n_day) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('size = %s spreads, transactions on the date = %s, trailing zeros = %s', round(size_z::numeric, 2), n_day, roundness)),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM pg_temp.scored
 WHERE s_first >= :'min_score'::float8 AND amount >= :'min_amount'::numeric;
