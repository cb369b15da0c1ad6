-- An anomaly and what it was reckoned from. source: its source's name, or '' for any. Numbers are
-- text, so that none of their digits is lost on the way.
SELECT a.source_id::bigint AS source_id, a.tx_date::text AS tx_date,
       least(a.tx_date, listed.first_date)::text AS first_date,
       greatest(a.tx_date, listed.last_date)::text AS last_date,
       jsonb_build_object(
           'id', a.anomaly_id, 'source', s.name, 'date', to_char(a.tx_date, 'YYYY-MM-DD'),
           'detector', a.detector, 'subject_type', a.subject_type, 'subject_id', a.subject_id,
           'currency', nullif(a.currency, ''), 'transaction_id', nullif(a.transaction_id, ''),
           'observed', trim_scale(a.observed)::text, 'expected', trim_scale(a.expected)::text,
           'lower', trim_scale(a.lower)::text, 'upper', trim_scale(a.upper)::text,
           'score', trim_scale(a.score)::text, 'severity', a.severity, 'state', a.state,
           'reason', a.reason, 'params', a.params, 'sql_hash', a.sql_hash,
           'run_id', a.run_id::text, 'version', r.version,
           'suppressed_by', (SELECT min(p.reason)
                               FROM suppression AS p
                              WHERE a.state = 'suppressed' AND p.source_id = a.source_id
                                AND p.detector IN (a.detector, '')
                                AND p.subject_type IN (a.subject_type, '')
                                AND p.subject_id IN (a.subject_id, '')
                                AND a.tx_date BETWEEN p.from_date AND p.until_date),
           'training', a.evidence -> 'training', 'excluded', a.evidence -> 'excluded',
           'compared_with', anomaly_compared(a.detector, a.evidence),
           'arithmetic', a.evidence -> 'arithmetic')::text AS anomaly
  FROM source AS s
  JOIN anomaly AS a ON a.source_id = s.source_id AND a.anomaly_id = :'id'
  LEFT JOIN ingestion_run AS r ON r.run_id = a.run_id
 CROSS JOIN LATERAL (
       SELECT min(d) AS first_date, max(d) AS last_date
         FROM (SELECT (e ->> 'tx_date')::date AS d
                 FROM jsonb_array_elements(
                          CASE jsonb_typeof(a.evidence -> 'transactions')
                          WHEN 'array' THEN a.evidence -> 'transactions' ELSE '[]' END) AS e
                WHERE e ->> 'tx_date' ~ '^\d{4}-\d\d-\d\d$') AS t) AS listed
 WHERE :'source' IN (s.name, '');
