-- refund: a negative amount far above what its account usually pays, where hardly anything comes back.
--
-- How likely that is comes from how often anything came back to the account, as if 20 more of the usual share of
-- all were among its transactions; a tenth of the chance adds 2.3 to the log-odds. An amount that was paid
-- before, or on the date, may well come back.
--
-- param min_score   = 0.3  findings below it are none
-- param min_amount  = 1    absolute floor, in the currency's unit
-- param min_history = 1    transactions of the account before, below which there is no opinion
-- param min_days    = 14   loaded days before, likewise
-- param max_chance  = 0.1  of a negative amount, above which it is no sign
-- param offset      = 7    log-odds against it at the level, where all amounts are negative
-- param slope       = 1.2  log-odds a spread above it, up to 4
-- param paid        = 4    log-odds against it for an amount that was paid
-- param most        = 2    log-odds at most: bills are corrected
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       round(exp(level)::numeric, 2) AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s comes back, where the account''s level is %s and %s of %s amounts before were negative; %s', amount, currency,
                     round(exp(level)::numeric, 2), returned_n, past_n,
                     CASE WHEN is_paid THEN 'the same amount was paid' ELSE 'no such amount was paid' END) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('level of the account over %s earlier transactions = %s', n_base, round(exp(level)::numeric, 2)),
                                            format('(ln %s - ln %s) / spread %s = %s', - amount, round(exp(level)::numeric, 2), round(spread::numeric, 3), round(back::numeric, 2)),
                                            format('chance of a negative amount = (%s + 20 * %s, that of all) / (%s + 20) = %s', returned_n,
                                                   round(((p_returned * (past_n + 20) - returned_n) / 20)::numeric, 5), past_n, round(p_returned::numeric, 5)),
                                            format('log-odds = %s * %s for the distance - ln(chance) - %s for an amount that was paid - %s, at most %s = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'slope'::text, round(least(back, 4)::numeric, 2), round((CASE WHEN is_paid THEN :'paid'::float8 ELSE 0 END)::numeric, 2), :'offset'::text, :'most'::text, round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, c.back, least(:'slope'::float8 * least(back, 4) - ln(p_returned) - :'offset'::float8
                             - CASE WHEN is_paid THEN :'paid'::float8 ELSE 0 END, :'most'::float8) AS odds
          FROM pg_temp.feature AS f
         CROSS JOIN LATERAL (SELECT (ln(- least(amount, -0.01)::float8) - level) / spread AS back) AS c
         WHERE amount <= - :'min_amount'::numeric AND amount < 0
           AND n_base >= :'min_history'::integer AND loaded_days >= :'min_days'::integer
           AND p_returned <= :'max_chance'::float8) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score) AS p
 WHERE score >= :'min_score'::float8;
