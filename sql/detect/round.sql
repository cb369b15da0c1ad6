-- round: a round thousand far above the account's own level.
--
-- Weaker than payment by itself: what the roundness adds.
--
-- param min_score  = 0.5    findings below it are none
-- param min_amount = 1000    absolute floor, in the currency's unit
--
-- lookback = 120
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.scored: by hand, run shared_open.sql, then for a date shared_window.sql with \gset and the
-- others of src/detect/shared.c in their order, all in sql/ingest, before it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id,
       amount AS observed, round(exp(level)::numeric, 2) AS expected, NULL::numeric AS lower,
       NULL::numeric AS upper, round(s_round::numeric, 6) AS score,
       format('%s %s, a round thousand, where this account''s level is %s', amount, currency, round(exp(level)::numeric, 2)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('level of the account over %s earlier transactions = %s', n_base, round(exp(level)::numeric, 2)),
                                            format('(ln %s - ln %s) / spread %s = %s', amount, round(exp(level)::numeric, 2), round(spread::numeric, 3), round(z::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM pg_temp.scored
 WHERE s_round >= :'min_score'::float8 AND amount >= :'min_amount'::numeric;
