-- burst: many transactions of an account within one hour.
--
-- Beside the number of a usual active day of the account, and the most that it had within an hour of the clock
-- (README, "What they share"), whichever is more. What has the same time, as the items of one bill, counts once.
--
-- param min_score   = 0.5  findings below it are none
-- param min_amount  = 0    absolute floor, in the currency's unit
-- param min_history = 10   transactions of the account before, below which there is no opinion
-- param min_count   = 5    within the hour
-- param offset      = 6.5  log-odds against it
-- param slope       = 2.2  log-odds for each deviation of chance
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       NULL::numeric AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s: one of %s within an hour, of an account with %s on a usual active day%s', amount, currency,
                     burst_n, round(expected_n::numeric, 1),
                     CASE WHEN peak_n IS NULL THEN '' ELSE format(' and at most %s in an hour before', peak_n) END) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('(%s - %s) / sqrt(%s + 1) = %s', burst_n, round(usual::numeric, 2), round(usual::numeric, 2),
                                                   round(((burst_n - usual) / sqrt(usual + 1))::numeric, 2)),
                                            format('log-odds = %s * that - %s = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'slope'::text, :'offset'::text, round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, usual, :'slope'::float8 * (burst_n - usual) / sqrt(usual + 1) - :'offset'::float8 AS odds
          FROM pg_temp.feature AS f
         CROSS JOIN LATERAL (SELECT greatest(expected_n, peak_n) AS usual) AS u
         WHERE amount >= :'min_amount'::numeric
           AND burst_n >= :'min_count'::integer AND n_base >= :'min_history'::integer) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score) AS p
 WHERE score >= :'min_score'::float8;
