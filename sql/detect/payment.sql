-- payment: a transaction far above its account's own level.
--
-- The level is the geometric mean of the amounts before, shrunk to that of all accounts where history is
-- short; the distance is in spreads of the logarithm. Others of the account that are high on the same
-- date add to it.
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
       round(exp(level + 3.67 * spread)::numeric, 2) AS upper, round(s_amount::numeric, 6) AS score,
       format('%s %s, where this account''s level is %s over %s transactions: %s spreads above', amount, currency, round(exp(level)::numeric, 2), n_base, round(z::numeric, 1)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('level of the account over %s earlier transactions = %s', n_base, round(exp(level)::numeric, 2)),
                                            format('(ln %s - ln %s) / spread %s = %s', amount, round(exp(level)::numeric, 2), round(spread::numeric, 3), round(z::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM pg_temp.scored
 WHERE s_amount >= :'min_score'::float8 AND amount >= :'min_amount'::numeric;
