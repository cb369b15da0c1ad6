-- burst: many transactions of an account within one hour.
--
-- Beside the number of a usual active day of the account.
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
       NULL::numeric AS upper, round(s_velocity::numeric, 6) AS score,
       format('%s %s: the %s. within an hour, of an account with %s on a usual active day', amount, currency, n_hour, round(expected_n::numeric, 1)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('(%s - %s) / sqrt(%s + 1) = %s', n_hour, round(expected_n::numeric, 2), round(expected_n::numeric, 2), round(((n_hour - expected_n) / sqrt(expected_n + 1))::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM pg_temp.scored
 WHERE s_velocity >= :'min_score'::float8 AND amount >= :'min_amount'::numeric;
