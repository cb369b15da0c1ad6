-- The newest migration that was applied. Fails with undefined_table where there is none.
SELECT coalesce(max(version), 0) AS version FROM schema_migration;
