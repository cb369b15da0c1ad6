-- Until its savepoint is left, nothing but temporary tables can be written, and what can be read is
-- what the role of detectors may, where there is one that etc/roles.sql has let read here.
SELECT set_config('role', coalesce((SELECT r.rolname
                                      FROM pg_roles AS r
                                     WHERE r.rolname = 'txmon_detector'
                                       AND pg_has_role(r.oid, 'MEMBER')
                                       AND has_table_privilege(r.oid, 'transactions', 'SELECT')), 'none'), true),
       set_config('transaction_read_only', 'on', true);
