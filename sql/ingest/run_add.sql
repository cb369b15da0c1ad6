-- What one slice brought, added to its run in the slice's own transaction.
UPDATE ingestion_run
   SET slices = slices + 1,
       files = files + :'files'::bigint,
       bytes = bytes + :'bytes'::bigint,
       records = records + :'records'::bigint,
       loaded = loaded + :'loaded'::bigint,
       duplicate = duplicate + :'duplicate'::bigint,
       rejected = rejected + :'rejected'::bigint,
       first_date = least(first_date, (SELECT min(d) FROM unnest(:'dates'::date[]) AS d)),
       last_date = greatest(last_date, (SELECT max(d) FROM unnest(:'dates'::date[]) AS d))
 WHERE run_id = :'run'::bigint;
