-- payment: a transaction far above its account's own level.
--
-- The level is the geometric mean of the account's daily means before, shrunk to that of all accounts where
-- history is short; the distance of logarithms is in spreads of all accounts around their levels:
-- the order is that of amount / level. Others of the account that are high on the same date add to it, as far
-- as that is not usual for the account.
--
-- param min_score   = 0.3  findings below it are none
-- param min_amount  = 1    absolute floor, in the currency's unit
-- param min_history = 0    transactions of the account before, below which there is no opinion
-- param min_days    = 7    loaded days before, likewise
-- param offset      = 9.5  log-odds against it at the level
-- param slope       = 1.5  log-odds a spread above it
-- param company     = 1.6  log-odds for others that are high, a spread of the account's own
-- param most        = 2    log-odds at most: an amount alone is no proof
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       round(exp(level)::numeric, 2) AS expected, NULL::numeric AS lower,
       round(exp(level + (ln(asked / (1 - asked)) + :'offset'::float8 - :'company'::float8 * company)
                         / nullif(:'slope'::float8, 0) * spread)::numeric, 2) AS upper,
       score, format('%s %s, where %s: %s spreads above', amount, currency,
                     CASE WHEN n_base = 0 THEN format('the level of all is %s and the account has nothing before', round(exp(level)::numeric, 2))
                          ELSE format('this account''s level is %s over %s transactions', round(exp(level)::numeric, 2), n_base) END,
                     round(z::numeric, 1))
                  || CASE WHEN company >= 1 THEN '; others of the date are high, too' ELSE '' END AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('level of the account over %s earlier transactions = %s', n_base, round(exp(level)::numeric, 2)),
                                            format('(ln %s - ln %s) / spread %s = %s', amount, round(exp(level)::numeric, 2), round(spread::numeric, 3), round(z::numeric, 2)),
                                            format('log-odds = %s * %s for the distance + %s * %s for others that are high - %s, at most %s = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'slope'::text, round(z::numeric, 2), :'company'::text, round(company::numeric, 2), :'offset'::text, :'most'::text, round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, least(:'slope'::float8 * z + :'company'::float8 * company - :'offset'::float8, :'most'::float8) AS odds
          FROM pg_temp.feature AS f
         WHERE amount >= :'min_amount'::numeric
           AND amount > 0 AND n_base >= :'min_history'::integer AND loaded_days >= :'min_days'::integer) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score,
                           least(greatest(:'min_score'::float8, 0.01), 0.99) AS asked) AS b
 WHERE score >= :'min_score'::float8;
