-- A heartbeat, by a connection that has set nothing: hence the schema's name.
INSERT INTO public.run_progress AS p (run_id, bytes, total_bytes, records, tx_date, at)
VALUES (:'run'::bigint, :'bytes'::bigint, :'total'::bigint, :'records'::bigint,
        nullif(:'date', '')::date, :'now'::timestamptz)
ON CONFLICT (run_id) DO UPDATE
   SET bytes = excluded.bytes, total_bytes = excluded.total_bytes, records = excluded.records,
       tx_date = excluded.tx_date, at = excluded.at;
