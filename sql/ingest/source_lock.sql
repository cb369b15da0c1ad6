-- One run at a time a source: held by the session, so it ends with it, however that ends.
-- 1954049390: 'txmn' in ASCII, to keep apart from other people's locks.
SELECT pg_try_advisory_lock(1954049390, :'source'::integer)::integer AS locked;
