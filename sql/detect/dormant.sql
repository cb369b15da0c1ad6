-- dormant: an account that wakes after a pause far longer than those it usually makes.
--
-- The pause must be 45 days at least, and five times the usual one.
--
-- param min_score   = 0.5  findings below it are none
-- param min_amount  = 1    absolute floor, in the currency's unit
-- param min_history = 5    transactions of the account before, below which there is no opinion
-- param min_idle    = 45   days of the pause
-- param ratio       = 5    times the usual pause
-- param offset      = 4    log-odds against it
-- param pause       = 0.7  log-odds for the logarithm of pause / usual pause
-- param slope       = 1    log-odds a spread above the level
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       round(exp(level)::numeric, 2) AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s after %s days without a transaction; usually %s pass', amount, currency, idle,
                     round(gap::numeric, 1)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('pause = %s days, usual = %s', idle, round(gap::numeric, 2)),
                                            format('distance from the level = %s spreads', round(z::numeric, 2)),
                                            format('log-odds = %s * ln(pause / usual) + %s * %s for the distance - %s = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'pause'::text, :'slope'::text, round(z::numeric, 2), :'offset'::text, round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, :'pause'::float8 * ln(idle / gap) + :'slope'::float8 * z - :'offset'::float8 AS odds
          FROM pg_temp.feature AS f
         WHERE amount >= :'min_amount'::numeric
           AND amount > 0 AND n_base >= :'min_history'::integer AND idle >= :'min_idle'::integer
           AND idle >= :'ratio'::float8 * gap) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score) AS p
 WHERE score >= :'min_score'::float8;
