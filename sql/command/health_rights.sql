-- What txingest's role, and txapi's where there is one, must be allowed: as in health_server.sql.
SELECT 'rights on the tables' AS what,
       (SELECT 'role ' || current_user || ' does not own ' || string_agg(c.relname, ', ' ORDER BY c.relname)
               || ': connect as ' || string_agg(DISTINCT pg_get_userbyid(c.relowner), ' or ')
          FROM pg_class AS c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
           AND NOT c.relispartition AND NOT pg_has_role(c.relowner, 'USAGE')
        HAVING count(*) > 0) AS problem
 UNION ALL
SELECT 'right to make partitions',
       CASE WHEN NOT has_schema_privilege('public', 'CREATE')
            THEN 'GRANT CREATE ON SCHEMA public TO ' || quote_ident(current_user) END
 UNION ALL
SELECT 'right to make temporary tables',
       CASE WHEN NOT has_database_privilege(current_database(), 'TEMPORARY')
            THEN 'GRANT TEMPORARY ON DATABASE ' || quote_ident(current_database()) || ' TO '
                 || quote_ident(current_user) END
 UNION ALL
SELECT 'rights of txmon_api',
       (SELECT 'it cannot read ' || string_agg(c.relname, ', ' ORDER BY c.relname) || ': run etc/roles.sql'
          FROM pg_class AS c
         WHERE c.relnamespace = 'public'::regnamespace
           AND c.relname IN ('source', 'ingestion_run', 'run_progress', 'ingestion_state', 'ingestion_file',
                             'rejected_record', 'transactions', 'subject_day', 'hour_count', 'anomaly')
           AND NOT has_table_privilege(r.oid, c.oid, 'SELECT')
        HAVING count(*) > 0)
  FROM pg_roles AS r
 WHERE r.rolname = 'txmon_api';
