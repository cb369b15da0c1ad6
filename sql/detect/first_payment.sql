-- first_payment: a large first payment to or from an account that was never seen before.
--
-- Compared with all amounts of the source. Round amounts add to it, and more so two or three on the same
-- date: bills have odd amounts, and one who sends many at once is expected.
--
-- param min_score  = 0.5  findings below it are none
-- param min_amount = 1    absolute floor, in the currency's unit
-- param min_days   = 30   loaded days before, below which there is no opinion
-- param size       = 1.2  spreads above the amounts of all that are no sign yet
-- param slope      = 1.5  log-odds a spread above it, up to 3 in all
-- param offset     = 4    log-odds against it there
-- param round      = 2.5  log-odds for a multiple of a hundred
-- param several    = 1.5  log-odds for two or three on the date, of which it is a multiple of a hundred
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       NULL::numeric AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s of an account without any earlier transaction: %s spreads above the amounts of all; %s on the date',
                     amount, currency, round(size_z::numeric, 1), n_day) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('size = %s spreads, transactions on the date = %s, trailing zeros = %s', round(size_z::numeric, 2), n_day, roundness),
                                            format('log-odds = %s * (%s - %s) + %s for a round amount - %s = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'slope'::text, round((least(size_z, 3))::numeric, 2), :'size'::text, round((CASE WHEN roundness >= 2 THEN :'round'::float8 + CASE WHEN n_day IN (2, 3) THEN :'several'::float8 ELSE 0 END ELSE 0 END)::numeric, 2), :'offset'::text, round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, :'slope'::float8 * (least(size_z, 3) - :'size'::float8) - :'offset'::float8
                                + CASE WHEN roundness >= 2 THEN :'round'::float8 ELSE 0 END
                                + CASE WHEN roundness >= 2 AND n_day IN (2, 3) THEN :'several'::float8 ELSE 0 END AS odds
          FROM pg_temp.feature AS f
         WHERE amount >= :'min_amount'::numeric
           AND is_new AND amount > 0 AND loaded_days >= :'min_days'::integer) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score) AS p
 WHERE score >= :'min_score'::float8;
