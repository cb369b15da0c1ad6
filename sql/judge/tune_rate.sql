-- What the counts of tune_count.sql, summed over so many dates, come to.
SELECT :'findings'::bigint AS findings, round(:'findings'::numeric / :'dates'::bigint, 2) AS a_day,
       :'decided'::bigint AS decided, :'fraud'::bigint AS fraud,
       round(:'fraud'::numeric / nullif(:'decided'::bigint, 0), 3) AS precision,
       :'frauds'::bigint AS frauds, round(:'found'::numeric / nullif(:'frauds'::bigint, 0), 3) AS recall;
