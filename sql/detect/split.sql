-- split: several payments of an account to one counterparty on a date, together far above its level.
--
-- Three at least, and twice as many as on a usual day.
--
-- param min_score   = 0.5  findings below it are none
-- param min_amount  = 1    absolute floor, in the currency's unit
-- param min_history = 5    transactions of the account before, below which there is no opinion
-- param min_count   = 3    to the counterparty on the date
-- param ratio       = 2    times the transactions of a usual day
-- param offset      = 7    log-odds against it at the level
-- param slope       = 0.75 log-odds a spread of the sum above it
-- param least       = 0.5  spread at least: where all amounts are alike, the number makes the sum
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       round(exp(level)::numeric, 2) AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s: one of %s to %s on the date, together %s, where the level is %s', amount, currency, pair_today,
                     coalesce(merchant_id, '(none)'), pair_sum, round(exp(level)::numeric, 2)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('%s payments, sum = %s', pair_today, pair_sum),
                                            format('log-odds = %s * %s, the sum''s distance from the level, - %s = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'slope'::text, round(((ln(pair_sum::float8) - level) / greatest(spread, :'least'::float8))::numeric, 2), :'offset'::text, round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, :'slope'::float8 * (ln(pair_sum::float8) - level) / greatest(spread, :'least'::float8) - :'offset'::float8 AS odds
          FROM pg_temp.feature AS f
         WHERE amount >= :'min_amount'::numeric
           AND pair_today >= :'min_count'::integer AND pair_today >= :'ratio'::float8 * expected_n
           AND amount > 0 AND pair_sum > 0 AND n_base >= :'min_history'::integer AND spread IS NOT NULL) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score) AS p
 WHERE score >= :'min_score'::float8;
