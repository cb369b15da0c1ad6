-- Each transaction's chance of fraud by its bins, where there is a scorecard: the log-odds of all and the
-- points of its bins, summed. The points stand in one array, a hundred places a part from bin -1 on: so
-- no transaction's bins are joined with anything.
WITH card AS MATERIALIZED (
    SELECT array_agg(coalesce(c.points, 0)::float8 ORDER BY p.place) AS points
      FROM generate_series(1, 100 * cardinality(scorecard_parts())) AS p (place)
      LEFT JOIN scorecard AS c
        ON c.source_id = :'source'::integer AND c.tx_date = :'date'::date
       AND 100 * array_position(scorecard_parts(), c.part) - 98 + c.bin = p.place
), prior AS MATERIALIZED (
    SELECT ln(sum(frauds) / (sum(n) - sum(frauds)))::float8 AS odds
      FROM scorecard
     WHERE source_id = :'source'::integer AND tx_date = :'date'::date AND part = 'amount'
    HAVING sum(frauds) > 0
), summed AS MATERIALIZED (
    SELECT s.account_id, s.transaction_id, s.bins, (1 + tanh((p.odds + x.points) / 2)) / 2 AS card
      FROM scorecard_bin AS s
     CROSS JOIN prior AS p
     CROSS JOIN LATERAL (
           SELECT sum(c.points[100 * b.part - 98 + b.bin]) AS points
             FROM card AS c CROSS JOIN unnest(s.bins) WITH ORDINALITY AS b (bin, part)) AS x
     WHERE s.source_id = :'source'::integer AND s.tx_date = :'date'::date
)
UPDATE pg_temp.feature AS f
   SET bins = s.bins, card = s.card
  FROM summed AS s
 WHERE s.account_id = f.account_id AND s.transaction_id = f.transaction_id;
