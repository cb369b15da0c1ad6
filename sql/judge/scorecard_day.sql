INSERT INTO scorecard_day (source_id, tx_date, part, bin, n)
SELECT :'source'::integer, :'date'::date, b.part, b.bin, count(*)
  FROM scorecard_bin AS s
 CROSS JOIN LATERAL unnest(s.bins) WITH ORDINALITY AS b (bin, part)
 WHERE s.source_id = :'source'::integer AND s.tx_date = :'date'::date
 GROUP BY b.part, b.bin;
