DROP TABLE pg_temp.finding;
