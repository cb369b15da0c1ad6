-- A seventh of the accounts is looked at anew on each date. Of which of the last seven dates, this one
-- included, is that not done, and how far back does each look: over rollups, 30 days, and further (90 at
-- most) while that is no more than 300,000 transactions; over transactions 50,000 of them.
WITH day AS MATERIALIZED (
    SELECT tx_date, sum(n) AS n
      FROM subject_day
     WHERE source_id = :'source'::integer AND subject_type = 'total' AND subject_id = ''
       AND tx_date >= :'date'::date - 96 AND tx_date < :'date'::date
     GROUP BY tx_date
)
SELECT g.as_of, least(coalesce(b.base_from, g.as_of - 30), g.as_of - 30) AS base_from,
       coalesce(b.detail_from, g.as_of - 1) AS detail_from
  FROM (SELECT :'date'::date - i AS as_of FROM generate_series(0, 6) AS i) AS g
 CROSS JOIN LATERAL (
       SELECT min(tx_date) FILTER (WHERE behind <= 300000) AS base_from,
              min(tx_date) FILTER (WHERE behind <= 50000) AS detail_from
         FROM (SELECT tx_date, sum(n) OVER (ORDER BY tx_date DESC) AS behind
                 FROM day
                WHERE tx_date >= g.as_of - 90 AND tx_date < g.as_of) AS d) AS b
 WHERE NOT EXISTS (SELECT FROM overall_base AS o
                    WHERE o.source_id = :'source'::integer AND o.as_of = g.as_of)
 ORDER BY g.as_of;
