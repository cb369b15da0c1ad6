-- Which state of the data an answer shows: the newest run of any source.
SELECT to_char(coalesce(finished_at, started_at) AT TIME ZONE 'UTC',
               'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS as_of,
       run_id::text AS run_id
  FROM ingestion_run
 ORDER BY run_id DESC
 LIMIT 1;
