-- raised: an account that seldom pays, and for days has been far above its own level.
--
-- One such payment is what payment looks at; several days of them, more than the account usually has at all,
-- are a level that somebody has raised.
--
-- param min_score   = 0.3  findings below it are none
-- param min_amount  = 1    absolute floor, in the currency's unit
-- param min_history = 5    transactions of the account before, below which there is no opinion
-- param min_days    = 14   loaded days before, likewise
-- param min_gap     = 5    days that usually pass, below which it is no rare account
-- param ratio       = 3    times the level: that is far above it
-- param days        = 14   days before that are looked at
-- param offset      = 4.5  log-odds against it
-- param raised      = 1.2  log-odds for each of the days that was far above the level, up to 4
-- param other       = 0.8  log-odds against it for each other day with a transaction
-- param pace        = 1.2  log-odds for the logarithm of days with a transaction / those that are usual
-- param slope       = 0.7  log-odds a spread above the level, up to 3
-- param most        = -0.5 log-odds at most: levels do rise
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       round(exp(level)::numeric, 2) AS expected, NULL::numeric AS lower,
       round((:'ratio'::float8 * exp(level))::numeric, 2) AS upper,
       score, format('%s %s; on %s of its %s days with a transaction within %s days before the account was above %s times its level of %s, too; usually %s days pass',
                     amount, currency, raised, active, :'days'::text, :'ratio'::text, round(exp(level)::numeric, 2), round(gap::numeric, 1)) AS reason,
       jsonb_build_object(
           'training', training,
           'arithmetic', jsonb_build_array(format('level of the account over %s earlier transactions = %s', n_base, round(exp(level)::numeric, 2)),
                                            format('far above it is %s or more; days so = %s of %s', round((:'ratio'::float8 * exp(level))::numeric, 2), raised, active),
                                            format('usual in %s days = %s days', :'days'::text, round((:'days'::integer / gap)::numeric, 1)),
                                            format('log-odds = %s * %s days far above - %s * %s others + %s * ln(days / usual) + %s * %s for the distance - %s, at most %s = %s; score = 1 / (1 + exp(-log-odds))',
                                                   :'raised'::text, round((least(raised, 4))::numeric, 2), :'other'::text, round((active - raised)::numeric, 2), :'pace'::text, :'slope'::text, round((least(z, 3))::numeric, 2), :'offset'::text, :'most'::text, round(odds::numeric, 2))),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, d.active, d.raised, d.training,
               least(:'raised'::float8 * least(d.raised, 4) - :'other'::float8 * (d.active - d.raised)
                               + :'pace'::float8 * ln(d.active * gap / :'days'::integer)
                               + :'slope'::float8 * least(z, 3) - :'offset'::float8, :'most'::float8) AS odds
          FROM pg_temp.feature AS f
         CROSS JOIN LATERAL (
               SELECT count(*) AS active,
                      count(*) FILTER (WHERE s.amount_sum / s.n >= (:'ratio'::float8 * exp(f.level))::numeric) AS raised,
                      jsonb_agg(jsonb_build_object('date', s.tx_date, 'value', round(s.amount_sum / s.n, 2)::text)
                                ORDER BY s.tx_date) AS training
                 FROM subject_day AS s
                WHERE s.source_id = :'source'::integer AND s.subject_type = 'account'
                  AND s.subject_id = f.account_id AND s.currency = f.currency
                  AND s.tx_date >= :'date'::date - :'days'::integer AND s.tx_date < :'date'::date) AS d
         WHERE f.amount >= :'min_amount'::numeric AND f.n_base >= :'min_history'::integer
           AND f.loaded_days >= :'min_days'::integer AND f.gap >= :'min_gap'::float8
           AND f.amount >= (:'ratio'::float8 * exp(f.level))::numeric AND d.raised > 0) AS s
 CROSS JOIN LATERAL (SELECT (1 + tanh(odds / 2)) / 2 AS score) AS p
 WHERE score >= :'min_score'::float8;
