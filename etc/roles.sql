-- Roles, to be run once by a superuser in the database that "txingest migrate" has filled:
--
--     psql -d txmon -f etc/roles.sql
--
-- txingest connects as the owner of the tables, since it makes partitions; txapi as txmon_api,
-- which can read and do nothing else, whatever is asked of it. Neither has a password here: local
-- connections are known by peer authentication, others need one set by hand (\password).

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'txmon_api') THEN
        CREATE ROLE txmon_api LOGIN CONNECTION LIMIT 16;
    END IF;
END
$$;

ALTER ROLE txmon_api SET default_transaction_read_only = on;
ALTER ROLE txmon_api SET statement_timeout = '10s';
ALTER ROLE txmon_api SET idle_in_transaction_session_timeout = '10s';

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO txmon_api;
-- The leaves need no grant: they are read through their parents.
GRANT SELECT ON schema_migration, source, ingestion_run, ingestion_state, ingestion_file,
                rejected_record, transactions, subject_day, hour_count, anomaly TO txmon_api;
