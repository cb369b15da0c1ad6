-- counterparty: a first payment to a counterparty by an account that nearly always pays the same ones.
--
-- How likely a new counterparty is comes from how many the account has had only once; a tenth of the chance adds
-- 2.3 to the log-odds.
--
-- param min_score   = 0.3  findings below it are none
-- param min_amount  = 1    absolute floor, in the currency's unit
-- param min_history = 3    transactions of the account before, below which there is no opinion
-- param min_days    = 14   loaded days before, likewise
-- param max_new     = 0.2  chance of a new counterparty above which it is no sign
-- param offset      = 5.5  log-odds against it where every counterparty is new
-- param slope       = 0.3  log-odds a spread above the level
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/ingest,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       round(exp(level)::numeric, 2) AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s, the first to %s of an account with %s transactions to %s others', amount, currency,
                     coalesce(merchant_id, '(none)'), payee_n, merchants) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('chance of a new counterparty = (once + 0.5) / (%s + 1) = %s', payee_n, round(p_new::numeric, 4)),
                                            format('distance from the level = %s spreads', round(z::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, (1 + tanh((:'slope'::float8 * greatest(z, 0) - ln(p_new) - :'offset'::float8) / 2)) / 2 AS score
          FROM pg_temp.feature AS f
         WHERE amount >= :'min_amount'::numeric
           AND pair_n = 0 AND amount > 0 AND payee_n >= :'min_history'::integer
           AND p_new <= :'max_new'::float8 AND loaded_days >= :'min_days'::integer) AS s
 WHERE score >= :'min_score'::float8;
