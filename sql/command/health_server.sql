-- What a server and a database must be: a row each, and what is wrong, NULL where nothing is.
SELECT 'server version ' || current_setting('server_version') AS what,
       CASE WHEN current_setting('server_version_num')::integer < 140000
            THEN 'PostgreSQL 14 or newer is needed' END AS problem
 UNION ALL
SELECT 'encoding of the database',
       CASE WHEN current_setting('server_encoding') <> 'UTF8'
            THEN 'is ' || current_setting('server_encoding') || ': make the database anew with ENCODING ''UTF8''' END
 UNION ALL
SELECT 'collation of the database',
       CASE WHEN datcollate NOT IN ('C', 'POSIX')
            THEN 'is ' || datcollate || ', with which sorting takes twice as long: make the database anew with '
                 'createdb -T template0 -E UTF8 --lc-collate=C --lc-ctype=C.UTF-8' END
  FROM pg_database
 WHERE datname = current_database();
