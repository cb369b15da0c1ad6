-- shifted: an amount that is 10, 100 or 1000 times one that the account has had: a decimal point too far.
--
-- It must lie above the account's level, too. Round amounts are multiples of others by chance, and so is an
-- amount of an account that has had many, or has the same ones again and again, as goods that have a price.
--
-- param min_score   = 0.5  findings below it are none
-- param min_amount  = 1    absolute floor, in the currency's unit
-- param min_history = 1    transactions of the account before, below which there is no opinion
-- param min_days    = 7    loaded days before, likewise
-- param offset      = 1.4  log-odds against it at the level
-- param slope       = 1.2  log-odds a spread above it
-- param hundred     = 1.5  log-odds where it is 100 or 1000 times that
-- param round       = 2    log-odds against it for a multiple of a hundred
-- param many        = 1    log-odds against it where the account had more than 50
-- param repeated    = 0.09 share of the account's amounts that are repeated, above which its logarithm counts
--                          against it, too
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       shift_from AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s is %s times %s, which the account has had; its level is %s', amount, currency,
                     round(amount / shift_from), shift_from, round(exp(level)::numeric, 2)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('level of the account over %s earlier transactions = %s', n_base, round(exp(level)::numeric, 2)),
                                            format('(ln %s - ln %s) / spread %s = %s', amount, round(exp(level)::numeric, 2), round(spread::numeric, 3), round(z::numeric, 2)),
                                            format('repeated amounts = (%s * %s + 0.4) / (%s + 4) = %s', payee_n, round(repeats::numeric, 4), payee_n, round(chance::numeric, 4)),
                                            format('log-odds = %s * that + %s for a hundredfold - %s for a round amount - %s for many transactions - %s for repeated amounts - %s = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'slope'::text, round((CASE WHEN amount >= 100 * shift_from THEN :'hundred'::float8 ELSE 0 END)::numeric, 2), round((CASE WHEN roundness >= 2 THEN :'round'::float8 ELSE 0 END)::numeric, 2), round((CASE WHEN n_base > 50 THEN :'many'::float8 ELSE 0 END)::numeric, 2), round(greatest(ln(chance / :'repeated'::float8), 0)::numeric, 2), :'offset'::text, round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, c.chance, :'slope'::float8 * z - :'offset'::float8 - greatest(ln(c.chance / :'repeated'::float8), 0)
                                + CASE WHEN amount >= 100 * shift_from THEN :'hundred'::float8 ELSE 0 END
                                - CASE WHEN roundness >= 2 THEN :'round'::float8 ELSE 0 END
                                - CASE WHEN n_base > 50 THEN :'many'::float8 ELSE 0 END AS odds
          FROM pg_temp.feature AS f
         CROSS JOIN LATERAL (SELECT (repeats * payee_n + 0.4::float8) / (payee_n + 4) AS chance) AS c
         WHERE amount >= :'min_amount'::numeric
           AND shift_from IS NOT NULL AND n_base >= :'min_history'::integer AND loaded_days >= :'min_days'::integer) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score) AS p
 WHERE score >= :'min_score'::float8;
