-- round: a round thousand far above the account's own level.
--
-- Weaker than payment by itself: what the roundness adds.
--
-- param min_score   = 0.5  findings below it are none
-- param min_amount  = 1000 absolute floor, in the currency's unit
-- param min_history = 5    transactions of the account before, below which there is no opinion
-- param min_days    = 7    loaded days before, likewise
-- param offset      = 6.8  log-odds against it at the level
-- param slope       = 1.2  log-odds a spread above it
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       round(exp(level)::numeric, 2) AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s, a round thousand, where this account''s level is %s', amount, currency,
                     round(exp(level)::numeric, 2)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('level of the account over %s earlier transactions = %s', n_base, round(exp(level)::numeric, 2)),
                                            format('(ln %s - ln %s) / spread %s = %s', amount, round(exp(level)::numeric, 2), round(spread::numeric, 3), round(z::numeric, 2)),
                                            format('log-odds = %s * that - %s = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'slope'::text, :'offset'::text, round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, :'slope'::float8 * z - :'offset'::float8 AS odds
          FROM pg_temp.feature AS f
         WHERE amount >= :'min_amount'::numeric
           AND roundness = 3 AND n_base >= :'min_history'::integer AND loaded_days >= :'min_days'::integer) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score) AS p
 WHERE score >= :'min_score'::float8;
