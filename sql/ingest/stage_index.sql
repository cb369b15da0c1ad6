CREATE INDEX ON pg_temp.stage (tx_date);
