-- Each transaction's chance of fraud by its bins, where there is a scorecard: the log-odds of all and the
-- points of its bins, summed.
WITH card AS MATERIALIZED (
    SELECT (array_position(scorecard_parts(), part))::bigint AS part, bin, points::float8 AS points
      FROM scorecard
     WHERE source_id = :'source'::integer AND tx_date = :'date'::date
), prior AS MATERIALIZED (
    SELECT ln(sum(frauds) / (sum(n) - sum(frauds)))::float8 AS odds
      FROM scorecard
     WHERE source_id = :'source'::integer AND tx_date = :'date'::date AND part = 'amount'
    HAVING sum(frauds) > 0
), summed AS MATERIALIZED (
    SELECT s.account_id, s.transaction_id, s.bins, sum(c.points ORDER BY b.part) AS points
      FROM scorecard_bin AS s
     CROSS JOIN LATERAL unnest(s.bins) WITH ORDINALITY AS b (bin, part)
      LEFT JOIN card AS c ON c.part = b.part AND c.bin = b.bin
     WHERE s.source_id = :'source'::integer AND s.tx_date = :'date'::date
     GROUP BY s.account_id, s.transaction_id, s.bins
)
UPDATE pg_temp.feature AS f
   SET bins = s.bins, card = (1 + tanh((p.odds + coalesce(s.points, 0)) / 2)) / 2
  FROM summed AS s CROSS JOIN prior AS p
 WHERE s.account_id = f.account_id AND s.transaction_id = f.transaction_id;
