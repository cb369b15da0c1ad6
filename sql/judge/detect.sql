-- A detector's SELECT, put where :detector stands. Its last column may be evidence.
INSERT INTO pg_temp.finding (tx_date, detector, subject_type, subject_id, currency, transaction_id,
                             observed, expected, lower, upper, score, reason, evidence)
SELECT :'date'::date, :'detector_name'::text, d.subject_type::text,
       coalesce(d.subject_id::text, ''), coalesce(d.currency::text, ''),
       coalesce(d.transaction_id::text, ''), d.observed::numeric, round(d.expected::numeric, 6),
       round(d.lower::numeric, 6), round(d.upper::numeric, 6), round(d.score::numeric, 6),
       d.reason::text, nullif(to_jsonb(d) -> 'evidence', 'null'::jsonb)
  FROM (
:detector
       ) AS d;
