-- What each hour of each source has, and no more than most rows and one. hour: hours since 2000 in UTC.
-- An hour that two dates of a source's zone share has a row of each in hour_count, and one here.
SELECT h.source_id, s.name, s.time_zone, h.hour, h.currency, h.n, h.amount
  FROM (SELECT c.source_id,
               (extract(epoch FROM c.hour - timestamptz '2000-01-01 00:00:00+00') / 3600)::integer AS hour,
               c.currency, sum(c.n)::bigint AS n, sum(c.amount_sum) AS amount
          FROM hour_count AS c
         WHERE c.source_id IN (SELECT source_id FROM source)
         GROUP BY c.source_id, c.hour, c.currency
         LIMIT :'most'::bigint + 1) AS h
  JOIN source AS s ON s.source_id = h.source_id
 ORDER BY h.hour, h.source_id, h.currency;
