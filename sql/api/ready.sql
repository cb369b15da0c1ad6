-- Whether there is a schema.
SELECT max(version) AS version FROM schema_migration;
