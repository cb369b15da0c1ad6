-- What an hour of a source is made of. hour: hours since 2000 in UTC. zone: the source's. The version is that
-- of the data at the same moment, and stands in each row; without a transaction in the only one.
SELECT d.version, round(extract(epoch FROM t.ts - h.lo) * 1000000)::bigint AS at, t.currency, t.amount
  FROM data_state() AS d
 CROSS JOIN (SELECT timestamptz '2000-01-01 00:00:00+00' + interval '1 hour' * :'hour'::integer AS lo) AS h
  LEFT JOIN (SELECT ts, currency, amount
               FROM transactions
              WHERE source_id = :'source'::integer
                AND tx_date >= ((timestamptz '2000-01-01 00:00:00+00' + interval '1 hour' * :'hour'::integer)
                                AT TIME ZONE :'zone')::date
                AND tx_date <= ((timestamptz '2000-01-01 00:59:59+00' + interval '1 hour' * :'hour'::integer)
                                AT TIME ZONE :'zone')::date
                AND ts >= timestamptz '2000-01-01 00:00:00+00' + interval '1 hour' * :'hour'::integer
                AND ts < timestamptz '2000-01-01 01:00:00+00' + interval '1 hour' * :'hour'::integer) AS t ON true;
