-- counterparty: a first payment to a counterparty by an account that nearly always pays the same ones, or of an
-- amount that was paid to another one before: charged twice, to the wrong one.
--
-- How likely a new counterparty is comes from how many the account has had only once; a tenth of the chance adds
-- 2.3 to the log-odds.
--
-- param min_score   = 0.3  findings below it are none
-- param min_amount  = 1    absolute floor, in the currency's unit
-- param min_history = 3    transactions of the account before, below which there is no opinion
--                          but of an amount that another one was paid
-- param min_days    = 14   loaded days before, likewise
-- param max_new     = 0.2  chance of a new counterparty above which it is no sign
-- param offset      = 6.5  log-odds against it where every counterparty is new
-- param max_same    = 0.4  likewise of an amount that another one was paid: with many, amounts meet by chance
-- param days        = 60   within which another one was paid the same amount
-- param same        = 4.5  log-odds for that
-- param beside      = 1    log-odds against that for each other transaction of the date, up to 3
-- param slope       = 0.3  log-odds a spread above the level
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       round(exp(level)::numeric, 2) AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s, the first to %s of an account with %s transactions to %s others', amount, currency,
                     coalesce(merchant_id, '(none)'), payee_n, merchants)
                  || CASE WHEN is_same THEN format('; the same amount went to %s on %s (%s)', coalesce(nullif(elsewhere, ''), '(none)'),
                                                   elsewhere_date, elsewhere_id) ELSE '' END AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('chance of a new counterparty = (once + 0.5) / (%s + 1) = %s', payee_n, round(p_new::numeric, 4)),
                                            format('distance from the level = %s spreads', round(z::numeric, 2)),
                                            format('log-odds = %s * %s for the distance - ln(chance) + %s for the same amount - %s = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'slope'::text, round((greatest(z, 0))::numeric, 2), round((CASE WHEN is_same THEN :'same'::float8 - :'beside'::float8 * least(n_day - 1, 3) ELSE 0 END)::numeric, 2), :'offset'::text, round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))
               || CASE WHEN is_same THEN jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', elsewhere_id, 'tx_date', elsewhere_date))
                       ELSE '[]' END) AS evidence
  FROM (SELECT f.*, s.is_same, :'slope'::float8 * greatest(z, 0) - ln(p_new) - :'offset'::float8
                                           + CASE WHEN s.is_same THEN :'same'::float8 - :'beside'::float8 * least(n_day - 1, 3)
                                                  ELSE 0 END AS odds
          FROM pg_temp.feature AS f
         CROSS JOIN LATERAL (
               SELECT coalesce(elsewhere_date >= :'date'::date - :'days'::integer, false) AS is_same) AS s
         WHERE amount >= :'min_amount'::numeric
           AND pair_n = 0 AND amount > 0
           AND (s.is_same AND p_new <= :'max_same'::float8
                OR payee_n >= :'min_history'::integer AND p_new <= :'max_new'::float8)
           AND loaded_days >= :'min_days'::integer) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score) AS p
 WHERE score >= :'min_score'::float8;
