-- An anomaly with what it was reckoned from, and its subject's days from 60 before its date to 14
-- after it: of the metric that its detector names, else counts where it is about them, else amounts.
WITH found AS MATERIALIZED (
    SELECT a.*, CASE WHEN a.transaction_id = '' AND a.params ->> 'metric' IN ('n', 'amount', 'mean')
                     THEN a.params ->> 'metric'
                     WHEN a.transaction_id = '' AND a.observed =
                          (SELECT sum(d.n) FROM subject_day AS d
                            WHERE d.source_id = a.source_id AND d.tx_date = a.tx_date
                              AND d.subject_type = a.subject_type AND d.subject_id = a.subject_id
                              AND a.currency IN ('', d.currency)) THEN 'n' ELSE 'amount' END AS metric
      FROM anomaly AS a
     WHERE a.source_id IN (SELECT source_id FROM source) AND a.anomaly_id = :'id'
)
SELECT a.anomaly_id AS id, s.name AS source, a.tx_date::text AS date, a.detector, a.subject_type,
       a.subject_id, a.currency, a.transaction_id, a.observed, a.expected, a.lower, a.upper, a.score,
       a.severity, a.state, a.reason, a.params, a.sql_hash, a.run_id::text AS run_id, a.evidence,
       anomaly_compared(a.detector, a.evidence) AS compared_with, a.metric,
       (SELECT coalesce(json_agg(json_build_object(
                   'date', p.tx_date, 'observed', p.observed::text, 'expected', p.expected::text,
                   'lower', p.lower::text, 'upper', p.upper::text, 'state', p.state)
                   ORDER BY p.tx_date), '[]')
          FROM series_days(a.source_id, a.subject_type, a.subject_id, a.currency, a.metric, a.detector,
                           a.tx_date - 60, a.tx_date + 15) AS p) AS series
  FROM found AS a
  JOIN source AS s ON s.source_id = a.source_id
 ORDER BY a.source_id
 LIMIT 1;
