-- Roles, to be run once by a superuser in the database that "txingest migrate" has filled:
--
--     psql -d txmon -f etc/roles.sql
--
-- txingest connects as the owner of the tables, since it makes partitions; txapi as txmon_api,
-- which can read and do nothing else, whatever is asked of it. Neither has a password here: local
-- connections are known by peer authentication, others need one set by hand (\password). Detectors of
-- one's own run as txmon_detector, which txingest's role becomes for as long as one takes: it cannot
-- log in, and reads what detectors are about.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'txmon_api') THEN
        CREATE ROLE txmon_api LOGIN CONNECTION LIMIT 16;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'txmon_detector') THEN
        CREATE ROLE txmon_detector NOLOGIN;
    END IF;
    -- To whom the tables belong: txingest's role.
    EXECUTE format('GRANT txmon_detector TO %I',
                   (SELECT tableowner FROM pg_tables
                     WHERE schemaname = 'public' AND tablename = 'ingestion_run'));
END
$$;

ALTER ROLE txmon_api SET default_transaction_read_only = on;
ALTER ROLE txmon_api SET statement_timeout = '10s';
ALTER ROLE txmon_api SET idle_in_transaction_session_timeout = '10s';

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO txmon_api, txmon_detector;
-- The leaves need no grant: they are read through their parents.
GRANT SELECT ON schema_migration, source, ingestion_run, run_total, run_progress, ingestion_state,
                ingestion_file, rejected_record, transactions, subject_day, hour_count, anomaly, verdict,
                suppression, account_risk, transaction_risk, scorecard, detector
             TO txmon_api;
GRANT SELECT ON source, transactions, subject_day, hour_count, anomaly, verdict TO txmon_detector;
