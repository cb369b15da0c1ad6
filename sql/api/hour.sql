-- What an hour of a source is made of. lo: when it begins. zone: the source's; first, last: dates between which
-- the hour's are in any zone, so that few leaves are planned for. The version is that of the data at the same moment,
-- and stands in each row; without a transaction in the only one.
SELECT d.version, round(extract(epoch FROM t.ts - :'lo'::timestamptz) * 1000000)::bigint AS at, t.currency,
       t.amount
  FROM data_state() AS d
  LEFT JOIN (SELECT ts, currency, amount
               FROM transactions
              WHERE source_id = :'source'::integer
                AND tx_date >= :'first'::date AND tx_date <= :'last'::date
                AND tx_date >= (:'lo'::timestamptz AT TIME ZONE :'zone')::date
                AND tx_date <= ((:'lo'::timestamptz + interval '59 minutes 59 seconds') AT TIME ZONE :'zone')::date
                AND ts >= :'lo'::timestamptz AND ts < :'lo'::timestamptz + interval '1 hour') AS t ON true;
