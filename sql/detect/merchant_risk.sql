-- merchant_risk: a transaction at a merchant whose last known ones were fraud.
--
-- By verdicts that were decided before the date: all transactions of the days behind the last one of which any
-- is not known to be fraud.
--
-- param min_score  = 0.6  findings below it are none
-- param min_amount = 0    absolute floor, in the currency's unit
-- param trust      = 0.9  how much an endless run would say
-- param prior      = 1    transactions that the run is weighed against
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       NULL::numeric AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s at %s, whose last %s known transactions were fraud, since %s days', amount, currency,
                     merchant_id, merchant_run, run_since) AS reason,
       jsonb_build_object(
           'arithmetic', jsonb_build_array(format('run = %s, known = %s of %s frauds', merchant_run, merchant_frauds, merchant_n)),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, :'trust'::float8 * merchant_run / (merchant_run + :'prior'::float8) AS score
          FROM pg_temp.feature AS f
         WHERE amount >= :'min_amount'::numeric
           AND merchant_run > 0) AS s
 WHERE score >= :'min_score'::float8;
