SELECT pg_advisory_unlock(1954049390, :'source'::integer)::integer AS unlocked;
