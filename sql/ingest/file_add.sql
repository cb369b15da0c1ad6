-- What one slice consumed of a file: the file's checkpoint, in the slice's own transaction.
UPDATE ingestion_file
   SET size = :'size'::bigint, modified = :'modified'::bigint, inode = :'inode'::bigint,
       bytes_done = :'bytes_done'::bigint, lines_done = :'lines_done'::bigint,
       sha256 = :'sha256', header = decode(:'header', 'hex'), finished = :'finished'::boolean,
       records = records + :'records'::bigint,
       loaded = loaded + :'loaded'::bigint,
       duplicate = duplicate + :'duplicate'::bigint,
       rejected = rejected + :'rejected'::bigint,
       first_date = least(first_date, (SELECT min(d) FROM unnest(:'dates'::date[]) AS d)),
       last_date = greatest(last_date, (SELECT max(d) FROM unnest(:'dates'::date[]) AS d)),
       last_run = :'run'::bigint
 WHERE file_id = :'file'::bigint;
