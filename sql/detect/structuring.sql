-- structuring: several payments of an account on a date or within a week, each just under the same round amount.
--
-- Just under is within a tenth below 500, 1000, 2000, 2500, 5000, 7500 and so on; three at least, most of what the
-- account does on the date, and more than it usually does. An amount that is repeated is a price; what it had
-- there earlier is its usual amount.
--
-- param min_score  = 0.5  findings below it are none
-- param min_amount = 1    absolute floor, in the currency's unit
-- param min_days   = 7    loaded days before, below which there is no opinion
-- param min_count  = 3    under the same amount on the date and within a week before
-- param min_under  = 500  the least such amount
-- param slope      = 0.9  log-odds for each further one, up to 3
-- param usual      = 1.2  log-odds against it for each transaction beyond 2 of a usual day
-- param price      = 2    log-odds against it for an amount that the account has on the date or before, too
-- param earlier    = 0.7  log-odds against it for each earlier one that was just under it, up to 5
-- param beside     = 0.7  log-odds against it for each of its transactions of the date elsewhere, up to 3
-- param limit      = 3    log-odds where the amount is one that limits are set at
-- param other      = 0.7  log-odds elsewhere
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       round(expected_n::numeric, 2) AS expected, NULL::numeric AS lower, under AS upper,
       score, format('%s %s: one of %s %s just under %s, by an account with %s on a usual day', amount, currency,
                     below_n + below_week, CASE WHEN below_week > 0 THEN 'within a week' ELSE 'on the date' END, under, round(expected_n::numeric, 1)) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('under %s on the date = %s of %s, within a week before = %s, earlier = %s', under, below_n, n_day, below_week, below_earlier),
                                            format('usual day = %s', round(expected_n::numeric, 2)),
                                            format('the same amount besides = %s', twin_n),
                                            format('log-odds = %s * %s beyond the least + %s for the limit - %s * %s for usual days - %s for the price - %s * %s for earlier ones - %s * %s for what is besides = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'slope'::text, round((least(below_n + below_week - :'min_count'::integer, 3))::numeric, 2), round((CASE WHEN under IN (1000, 5000, 10000, 50000) THEN :'limit'::float8 ELSE :'other'::float8 END)::numeric, 2), :'usual'::text, round((greatest(expected_n - 2, 0))::numeric, 2), round((CASE WHEN twin_n > 0 THEN :'price'::float8 ELSE 0 END)::numeric, 2), :'earlier'::text, least(below_earlier, 5), :'beside'::text, round((least(n_day - below_n, 3))::numeric, 2), round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, :'slope'::float8 * least(below_n + below_week - :'min_count'::integer, 3) - :'usual'::float8 * greatest(expected_n - 2, 0)
                                - CASE WHEN twin_n > 0 THEN :'price'::float8 ELSE 0 END - :'earlier'::float8 * least(below_earlier, 5)
                                - :'beside'::float8 * least(n_day - below_n, 3)
                                + CASE WHEN under IN (1000, 5000, 10000, 50000) THEN :'limit'::float8 ELSE :'other'::float8 END AS odds
          FROM pg_temp.feature AS f
         WHERE amount >= :'min_amount'::numeric
           AND below_n + below_week >= :'min_count'::integer AND below_n >= 0.5 * n_day AND under >= :'min_under'::numeric
           AND loaded_days >= :'min_days'::integer) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score) AS p
 WHERE score >= :'min_score'::float8;
