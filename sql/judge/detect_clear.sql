-- The findings of dates that are to be judged again go, and the run does not count its own any more.
WITH gone AS (
    DELETE FROM anomaly
     WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
    RETURNING run_id
), account AS (
    DELETE FROM account_risk
     WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
), transaction AS (
    DELETE FROM transaction_risk
     WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
)
UPDATE ingestion_run
   SET anomalies = anomalies - (SELECT count(*) FROM gone WHERE run_id = :'run'::bigint)
 WHERE run_id = :'run'::bigint;
