-- The detectors as the latest run had them.
SELECT name, source, sql_hash, enabled, params, lookback, summary
  FROM detector
 ORDER BY name;
