-- twin: the same amount of the same account to the same counterparty, paid once within 30 days before.
--
-- An account whose amounts often repeat has twins every month: it scores low.
--
-- param min_score   = 0.15 findings below it are none
-- param min_amount  = 1    absolute floor, in the currency's unit
-- param min_history = 5    transactions of the account before, below which there is no opinion
-- param min_days    = 14   loaded days before, likewise
-- param days        = 30   within which the first one was paid
-- param offset      = 1    log-odds against it
-- param repeats     = 3    log-odds against it where all amounts are repeated
-- param slope       = 0.2  log-odds a spread above the level
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/ingest,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       NULL::numeric AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s to %s, as on %s (%s); of the account''s amounts %s %% are repeated', amount, currency,
                     coalesce(merchant_id, '(none)'), twin_date, twin_id, round((100 * repeats)::numeric)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('repeated amounts of the account = %s %%', round((100 * repeats)::numeric, 1))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date),
                                              jsonb_build_object('account_id', account_id, 'transaction_id', twin_id, 'tx_date', twin_date))) AS evidence
  FROM (SELECT f.*, (1 + tanh((:'slope'::float8 * greatest(z, 0) - :'repeats'::float8 * repeats - :'offset'::float8) / 2)) / 2 AS score
          FROM pg_temp.feature AS f
         WHERE amount >= :'min_amount'::numeric
           AND twin_n = 1 AND twin_date >= :'date'::date - :'days'::integer AND amount > 0
           AND payee_n >= :'min_history'::integer AND loaded_days >= :'min_days'::integer) AS s
 WHERE score >= :'min_score'::float8;
