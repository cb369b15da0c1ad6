-- An account: its days, of at most 400 rows the newest, and its newest 100 anomalies. source: '' is
-- any. No row: no source has a day of it.
WITH days AS MATERIALIZED (
    SELECT s.name, d.tx_date, d.currency, d.n, d.amount_sum
      FROM source AS s
      JOIN subject_day AS d ON d.source_id = s.source_id AND d.subject_type = 'account'
                           AND d.subject_id = :'id'
     WHERE :'source' IN ('', s.name)
     ORDER BY d.tx_date DESC, s.name, d.currency
     LIMIT 400
)
SELECT :'id' AS account_id,
       (SELECT json_agg(json_build_object('source', name, 'date', tx_date, 'currency', currency, 'n', n,
                                          'amount', amount_sum::text) ORDER BY tx_date, name, currency)
          FROM days) AS days,
       (SELECT coalesce(json_agg(json_build_object(
                   'id', a.anomaly_id, 'source', a.name, 'date', a.tx_date, 'detector', a.detector,
                   'subject_type', a.subject_type, 'subject_id', a.subject_id, 'currency', a.currency,
                   'transaction_id', a.transaction_id, 'observed', a.observed::text,
                   'expected', a.expected::text, 'lower', a.lower::text, 'upper', a.upper::text,
                   'score', a.score::text, 'severity', a.severity, 'state', a.state,
                   'reason', a.reason) ORDER BY a.tx_date DESC, a.score DESC, a.anomaly_id), '[]')
          FROM (SELECT s.name, a.*
                  FROM anomaly AS a JOIN source AS s ON s.source_id = a.source_id
                 WHERE :'source' IN ('', s.name) AND a.subject_type = 'account'
                   AND a.subject_id = :'id'
                 ORDER BY a.tx_date DESC, a.score DESC, a.anomaly_id
                 LIMIT 100) AS a) AS anomalies
 WHERE EXISTS (SELECT FROM days);
