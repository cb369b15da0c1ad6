-- All that has few rows a date, from one look at its transactions: its hours, and from them the total,
-- the channels and the countries. 3,600 seconds from a moment in UTC: no session's time zone has a say.
WITH cell AS MATERIALIZED (
    SELECT tx_date, date_bin('1 hour', ts, timestamptz '2000-01-01 00:00:00+00') AS hour,
           channel, country, currency, count(*) AS n, sum(amount) AS amount_sum
      FROM transactions
     WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
       AND tx_date BETWEEN :'first'::date AND :'last'::date
     GROUP BY 1, 2, 3, 4, 5
), hours AS (
    INSERT INTO hour_count (source_id, tx_date, hour, currency, n, amount_sum)
    SELECT :'source'::integer, tx_date, hour, currency, sum(n), sum(amount_sum)
      FROM cell
     GROUP BY tx_date, hour, currency
), subject AS (
    SELECT tx_date, 'total' AS subject_type, '' AS subject_id, currency, n, amount_sum
      FROM cell
     UNION ALL
    SELECT tx_date, 'channel', channel, currency, n, amount_sum
      FROM cell
     WHERE channel IS NOT NULL
     UNION ALL
    SELECT tx_date, 'country', country, currency, n, amount_sum
      FROM cell
     WHERE country IS NOT NULL
)
INSERT INTO :"into" (source_id, tx_date, subject_type, subject_id, currency, n, amount_sum)
SELECT :'source'::integer, tx_date, subject_type, subject_id, currency, sum(n), sum(amount_sum)
  FROM subject
 GROUP BY tx_date, subject_type, subject_id, currency;
