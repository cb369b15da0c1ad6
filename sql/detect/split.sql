-- split: several payments of an account to one counterparty on a date, together far above its level.
--
-- Three at least, and twice as many as on a usual day.
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
       NULL::numeric AS upper, round(s_split::numeric, 6) AS score,
       format('%s %s: one of %s to %s on the date, together %s, where the level is %s', amount, currency, pair_today, coalesce(merchant_id, '(none)'), pair_sum, round(exp(level)::numeric, 2)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('%s payments, sum = %s', pair_today, pair_sum)),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM pg_temp.scored
 WHERE s_split >= :'min_score'::float8 AND amount >= :'min_amount'::numeric;
