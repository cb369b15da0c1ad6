-- twin: the same amount of the same account to the same counterparty, paid once within 30 days before.
--
-- An account whose amounts often repeat has twins every month: it scores low.
--
-- param min_score  = 0.15    findings below it are none
-- param min_amount = 1    absolute floor, in the currency's unit
--
-- lookback = 120
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.scored: by hand, run shared_open.sql, then for a date shared_window.sql with \gset and the
-- others of src/detect/shared.c in their order, all in sql/ingest, before it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id,
       amount AS observed, NULL::numeric AS expected, NULL::numeric AS lower,
       NULL::numeric AS upper, round(s_twin::numeric, 6) AS score,
       format('%s %s to %s, as on %s (%s); of the account''s amounts %s %% are repeated', amount, currency, coalesce(merchant_id, '(none)'), twin_date, twin_id, round((100 * repeats)::numeric)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('repeated amounts of the account = %s %%', round((100 * repeats)::numeric, 1))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date),
                                              jsonb_build_object('account_id', account_id, 'transaction_id', twin_id, 'tx_date', twin_date))) AS evidence
  FROM pg_temp.scored
 WHERE s_twin >= :'min_score'::float8 AND amount >= :'min_amount'::numeric;
