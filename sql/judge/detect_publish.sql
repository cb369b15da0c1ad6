-- The findings of all detectors become anomalies: with their severity by the configured bounds, and
-- suppressed where that is known, overflow beyond the detector's budget of the date or beyond the
-- alerts of all detectors, among which each one's best come first, of equal ones that which is further
-- beyond its bound; else shown.
-- settings: {"DETECTOR": {"params": {…}, "hash": "…", "budget": 50}, …}.
WITH setting AS MATERIALIZED (
    SELECT key AS detector, value -> 'params' AS params, value ->> 'hash' AS sql_hash,
           (value ->> 'budget')::bigint AS budget
      FROM jsonb_each(:'settings'::jsonb)
), known AS MATERIALIZED (
    SELECT detector, subject_type, subject_id, from_date, until_date
      FROM suppression
     WHERE source_id = :'source'::integer
), found AS MATERIALIZED (
    SELECT f.*, s.params, s.sql_hash, s.budget, least(f.score, 0.999999) AS scaled,
           greatest(f.observed / nullif(f.upper, 0), f.lower / nullif(f.observed, 0)) AS beyond,
           EXISTS (SELECT FROM known AS k
                    WHERE k.detector IN (f.detector, '') AND k.subject_type IN (f.subject_type, '')
                      AND k.subject_id IN (f.subject_id, '')
                      AND f.tx_date BETWEEN k.from_date AND k.until_date) AS suppressed
      FROM pg_temp.finding AS f
      JOIN setting AS s ON s.detector = f.detector
), ranked AS (
    SELECT f.*, row_number() OVER (PARTITION BY tx_date, detector, suppressed
                                   ORDER BY scaled DESC, beyond DESC NULLS LAST, subject_type,
                                            subject_id, currency, transaction_id) AS nth
      FROM found AS f
), placed AS (
    SELECT r.*, row_number() OVER (PARTITION BY tx_date, suppressed
                                   ORDER BY nth, scaled DESC, detector) AS place
      FROM ranked AS r
)
INSERT INTO anomaly (source_id, anomaly_id, tx_date, detector, subject_type, subject_id, currency,
                     transaction_id, observed, expected, lower, upper, score, severity, state, reason,
                     evidence, params, sql_hash, run_id)
SELECT :'source'::integer,
       left(md5(concat_ws('|', (SELECT name FROM source WHERE source_id = :'source'::integer),
                          to_char(tx_date, 'YYYY-MM-DD'), detector, subject_type, subject_id,
                          currency, transaction_id)), 16),
       tx_date, detector, subject_type, subject_id, currency, transaction_id, observed, expected,
       lower, upper, scaled,
       CASE WHEN scaled >= :'critical'::numeric THEN 'critical'
            WHEN scaled >= :'high'::numeric THEN 'high'
            WHEN scaled >= :'medium'::numeric THEN 'medium'
            ELSE 'low' END,
       CASE WHEN suppressed THEN 'suppressed'
            WHEN nth > budget OR place > coalesce(nullif(:'alerts'::bigint, 0), place) THEN 'overflow'
            ELSE 'shown' END,
       reason, evidence, params, sql_hash, :'run'::bigint
  FROM placed;
