-- twin: the same amount of the same account to the same counterparty, paid once within 45 days before.
--
-- A payment that is made twice comes alone; what is due every month, or all that an account is due, is
-- repeated together and at its time. How likely a repeated amount is comes from the account's own.
--
-- param min_score   = 0.15 findings below it are none
-- param min_amount  = 1    absolute floor, in the currency's unit
-- param min_history = 1    transactions of the account before, below which there is no opinion
-- param min_days    = 14   loaded days before, likewise
-- param days        = 45   within which the first one was paid
-- param month       = 2.5  log-odds against it 27 to 32 days after the first one
-- param offset      = 3.3  log-odds against it where every amount is repeated
-- param beside      = 1.5  log-odds against it for each other transaction of the date, up to 3
-- param round       = 0.7  log-odds against it for a multiple of a hundred
-- param slope       = 0.2  log-odds a spread above the level
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       NULL::numeric AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s to %s, as on %s (%s); of the account''s amounts %s %% are repeated', amount, currency,
                     coalesce(merchant_id, '(none)'), twin_date, twin_id, round((100 * repeats)::numeric)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('chance of a repeated amount = (%s * %s + 1.2) / (%s + 4) = %s', payee_n, round(repeats::numeric, 4), payee_n, round(chance::numeric, 4)),
                                            format('days since the first one = %s, other transactions of the date = %s', :'date'::date - twin_date, n_day - 1),
                                            format('log-odds = %s * %s for the distance - ln(chance) - %s * %s for others of the date - %s for a month - %s for a round amount - %s = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'slope'::text, round((greatest(z, 0))::numeric, 2), :'beside'::text, round((least(n_day - 1, 3))::numeric, 2), round((CASE WHEN :'date'::date - twin_date BETWEEN 27 AND 32 THEN :'month'::float8 ELSE 0 END)::numeric, 2), round((CASE WHEN roundness >= 2 THEN :'round'::float8 ELSE 0 END)::numeric, 2), :'offset'::text, round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date),
                                              jsonb_build_object('account_id', account_id, 'transaction_id', twin_id, 'tx_date', twin_date))) AS evidence
  FROM (SELECT f.*, c.chance, :'slope'::float8 * greatest(z, 0) - ln(c.chance) - :'offset'::float8
                                          - :'beside'::float8 * least(n_day - 1, 3)
                                          - CASE WHEN :'date'::date - twin_date BETWEEN 27 AND 32 THEN :'month'::float8 ELSE 0 END
                                          - CASE WHEN roundness >= 2 THEN :'round'::float8 ELSE 0 END AS odds
          FROM pg_temp.feature AS f
         CROSS JOIN LATERAL (SELECT (repeats * payee_n + 1.2) / (payee_n + 4) AS chance) AS c
         WHERE amount >= :'min_amount'::numeric
           AND twin_n = 1 AND twin_date >= :'date'::date - :'days'::integer AND amount > 0
           AND payee_n >= :'min_history'::integer AND loaded_days >= :'min_days'::integer) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score) AS p
 WHERE score >= :'min_score'::float8;
