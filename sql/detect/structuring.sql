-- structuring: several payments of an account on a date, each just under the same round amount.
--
-- Just under is within a tenth below 500, 1000, 2000, 5000 and so on; three at least, most of what the
-- account does on the date, and more than it usually does.
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
       amount AS observed, round(expected_n::numeric, 2) AS expected, NULL::numeric AS lower,
       under AS upper, round(s_structuring::numeric, 6) AS score,
       format('%s %s: one of %s on the date just under %s, by an account with %s on a usual day', amount, currency, below_n, under, round(expected_n::numeric, 1)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('under %s on the date = %s of %s', under, below_n, n_day), format('usual day = %s', round(expected_n::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM pg_temp.scored
 WHERE s_structuring >= :'min_score'::float8 AND amount >= :'min_amount'::numeric;
