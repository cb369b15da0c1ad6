-- hour: a high amount at an hour of the day at which the account hardly ever has transactions.
--
-- The chance of the hour is the share of those within two hours of it, of all hours in which the account had
-- transactions before. Where all hours are alike it is 0.21.
--
-- param min_score   = 0.3  findings below it are none
-- param min_amount  = 1    absolute floor, in the currency's unit
-- param min_history = 40   hours with transactions of the account that are looked at (README, "What they
--                          share"), below which there is no opinion
-- param max_chance  = 0.12 of the hour, above which it is no sign
-- param offset      = 5.5  log-odds against it at the level, where all hours are alike
-- param unusual     = 0.7  log-odds for the logarithm of 0.21 / chance
-- param slope       = 1.5  log-odds a spread above the level
-- param company     = 1.6  log-odds for others of the date that are high, a spread of the account's own
-- param least       = 0.5  spreads above the level, below which the others add nothing
-- param most        = 1.5  log-odds at most: people do stay up
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       round(exp(level)::numeric, 2) AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s at an hour around which the account had transactions %s of %s times; its level is %s', amount, currency,
                     hours_close, hours_n, round(exp(level)::numeric, 2)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('chance of the hour = (%s + 0.42) / (%s + 2) = %s', hours_close, hours_n, round(chance::numeric, 4)),
                                            format('distance from the level = %s spreads', round(z::numeric, 2)),
                                            format('others of the date that are high = %s', round(company::numeric, 2)),
                                            format('log-odds = %s * ln(0.21 / chance) + %s * %s for the distance + %s * %s for others - %s, at most %s = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'unusual'::text, :'slope'::text, round(z::numeric, 2), :'company'::text, round((CASE WHEN z >= :'least'::float8 THEN company ELSE 0 END)::numeric, 2), :'offset'::text, :'most'::text, round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, c.chance,
               least(:'unusual'::float8 * ln(0.21 / c.chance) + :'slope'::float8 * z
                               + CASE WHEN z >= :'least'::float8 THEN :'company'::float8 * company ELSE 0 END
                               - :'offset'::float8, :'most'::float8) AS odds
          FROM pg_temp.feature AS f
         CROSS JOIN LATERAL (SELECT (hours_close + 0.42::float8) / (hours_n + 2) AS chance) AS c
         WHERE amount >= :'min_amount'::numeric AND hours_n >= :'min_history'::integer
           AND c.chance <= :'max_chance'::float8) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score) AS p
 WHERE score >= :'min_score'::float8;
