-- card: a transaction that looks as those did which were found to be fraud.
--
-- The scorecard: points a bin, learned by counting from the verdicts that were decided before the date;
-- the table scorecard has them all.
--
-- param min_score  = 0.5  findings below it are none
-- param min_amount = 0    absolute floor, in the currency's unit
--
-- lookback = 96
--
-- Window: the date in the source's zone; what came before it is never of the date itself. Reads
-- pg_temp.feature: by hand, on a date that a run has judged, shared_open.sql, shared_window.sql with
-- \gset, base_merchant.sql, base_victim.sql, feature.sql and scorecard_card.sql, all in sql/judge,
-- make it.
SELECT 'account' AS subject_type, account_id AS subject_id, currency, transaction_id, amount AS observed,
       NULL::numeric AS expected, NULL::numeric AS lower, NULL::numeric AS upper,
       score, format('%s %s: the points of its bins make a chance of fraud of %s %%', amount, currency,
                     round((100 * card)::numeric, 1)) AS reason,
       jsonb_build_object(
           'arithmetic',
           (SELECT jsonb_build_array(format('of all %s of %s were fraud: log-odds %s', p.frauds, p.n, round(p.odds, 4)))
                   || jsonb_agg(format('%s, bin %s: %s of %s were fraud: %s points', c.part, c.bin, c.frauds, c.n, c.points)
                                ORDER BY b.part)
                   || jsonb_build_array(format('summed: log-odds %s', round(p.odds + sum(c.points), 4)))
              FROM (SELECT sum(frauds) AS frauds, sum(n) AS n, ln(sum(frauds) / (sum(n) - sum(frauds))) AS odds
                      FROM scorecard
                     WHERE source_id = :'source'::integer AND tx_date = :'date'::date AND part = 'amount') AS p
             CROSS JOIN unnest(bins) WITH ORDINALITY AS b (bin, part)
              JOIN scorecard AS c
                ON c.source_id = :'source'::integer AND c.tx_date = :'date'::date
               AND c.part = (scorecard_parts())[b.part] AND c.bin = b.bin
             GROUP BY p.frauds, p.n, p.odds),
           'transactions', jsonb_build_array(jsonb_build_object('account_id', account_id, 'transaction_id', transaction_id, 'tx_date', :'date'::date))) AS evidence
  FROM (SELECT f.*, card AS score
          FROM pg_temp.feature AS f
         WHERE amount >= :'min_amount'::numeric
           AND card IS NOT NULL) AS s
 WHERE score >= :'min_score'::float8;
