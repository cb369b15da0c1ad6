-- The role of detectors of one's own, if there is one (etc/roles.sql), may put its findings there.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles AS r
                WHERE r.rolname = 'txmon_detector' AND pg_has_role(r.oid, 'MEMBER')
                  AND has_table_privilege(r.oid, 'transactions', 'SELECT')) THEN
        GRANT INSERT ON pg_temp.finding TO txmon_detector;
    END IF;
END
$$;
