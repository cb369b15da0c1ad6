-- Which state the data is in: any commit that changes what is answered changes one of the three. As
-- data_state has it, which is not there before the schema is.
SELECT concat_ws('.', coalesce(max(run_id), 0), coalesce(sum(slices), 0), count(finished_at))
       AS version
  FROM ingestion_run;
