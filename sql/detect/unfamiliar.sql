-- unfamiliar: a country, channel or currency that the account has not had, of an account that nearly always has
-- the same ones.
--
-- How likely a new one is comes from how many the account has taken up, as if 20 more of the usual share of all
-- were among its transactions; a tenth of the chance adds 2.3 to the log-odds. Where several of the three are
-- new, the least likely one counts.
--
-- param min_score   = 0.3  findings below it are none
-- param min_amount  = 1    absolute floor, in the currency's unit
-- param min_history = 3    transactions of the account that are looked at (README, "What they share"), below
--                          which there is no opinion
-- param max_new     = 0.1  chance of a new one above which it is no sign
-- param offset      = 7.5  log-odds against it where each is new
-- param slope       = 1.2  log-odds a spread above the level
-- param most        = 1.5  log-odds at most: people do travel
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       round(exp(level)::numeric, 2) AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s, the first with %s %s of an account with %s transactions before, %s', amount, currency, way, way_value, way_n,
                     CASE way_kinds WHEN 1 THEN format('all with %s', way_usual)
                                    ELSE format('with %s different ones, mostly %s', way_kinds, way_usual) END) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('chance of a new %s = (%s + 20 * %s, that of all) / (%s + 19) = %s', way, way_kinds - 1,
                                                   round(((p_way * (way_n + 19) - way_kinds + 1) / 20)::numeric, 5), way_n, round(p_way::numeric, 5)),
                                            format('distance from the level = %s spreads', round(z::numeric, 2)),
                                            format('log-odds = %s * %s for the distance - ln(chance) - %s, at most %s = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'slope'::text, round((greatest(z, 0))::numeric, 2), :'offset'::text, :'most'::text, round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, least(:'slope'::float8 * greatest(z, 0) - ln(p_way) - :'offset'::float8, :'most'::float8) AS odds
          FROM pg_temp.feature AS f
         WHERE amount >= :'min_amount'::numeric
           AND way_n >= :'min_history'::integer AND p_way <= :'max_new'::float8) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score) AS p
 WHERE score >= :'min_score'::float8;
