-- counterparty: a first payment to a counterparty by an account that nearly always pays the same ones.
--
-- How likely a new counterparty is comes from how many the account has had only once.
--
-- param min_score  = 0.3    findings below it are none
-- param min_amount = 1    absolute floor, in the currency's unit
--
-- lookback = 120
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.scored: by hand, run shared_open.sql, then for a date shared_window.sql with \gset and the
-- others of src/detect/shared.c in their order, all in sql/ingest, before it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id,
       amount AS observed, round(exp(level)::numeric, 2) AS expected, NULL::numeric AS lower,
       NULL::numeric AS upper, round(s_counterparty::numeric, 6) AS score,
       format('%s %s, the first to %s of an account with %s transactions to %s others', amount, currency, coalesce(merchant_id, '(none)'), payee_n, merchants) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('chance of a new counterparty = (once + 0.5) / (%s + 1) = %s', payee_n, round(p_new::numeric, 4)), format('distance from the level = %s spreads', round(z::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM pg_temp.scored
 WHERE s_counterparty >= :'min_score'::float8 AND amount >= :'min_amount'::numeric;
