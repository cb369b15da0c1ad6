-- Settings with which a commit would be a promise that the server does not keep.
SELECT string_agg(name || ' = ' || setting, ', ' ORDER BY name) AS unsafe
  FROM pg_settings
 WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off';
