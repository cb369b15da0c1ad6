-- 3,600 seconds from a moment in UTC: no session's time zone has a say.
INSERT INTO hour_count (source_id, tx_date, hour, currency, n, amount_sum)
SELECT source_id, tx_date, date_bin('1 hour', ts, timestamptz '2000-01-01 00:00:00+00'), currency,
       count(*), sum(amount)
  FROM transactions
 WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
   AND tx_date BETWEEN :'first'::date AND :'last'::date
 GROUP BY 1, 2, 3, 4;
