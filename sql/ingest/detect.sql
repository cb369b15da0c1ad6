-- A detector's SELECT, put where :detector stands, becomes rows of anomaly.
INSERT INTO anomaly (source_id, tx_date, detector, subject_type, subject_id, currency,
                     transaction_id, observed, expected, lower, upper, score, reason, params,
                     sql_hash, run_id)
SELECT :'source'::integer, :'date'::date, :'detector_name', d.subject_type, d.subject_id,
       d.currency, d.transaction_id, d.observed, round(d.expected, 6), round(d.lower, 6),
       round(d.upper, 6), least(greatest(round(d.score, 6), 0), 0.999999), d.reason,
       :'detector_params'::jsonb, :'detector_hash', :'run'::bigint
  FROM (
:detector
       ) AS d;
