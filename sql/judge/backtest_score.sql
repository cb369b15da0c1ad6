-- A detector's SELECT, put where :detector stands: what it says of each subject; whether that would be a
-- finding (it is asked for what is below min_score, too).
INSERT INTO pg_temp.finding (tx_date, detector, subject_type, subject_id, currency, transaction_id,
                             observed, score, reason)
SELECT :'date'::date, :'detector_name'::text, d.subject_type::text,
       coalesce(d.subject_id::text, ''), coalesce(d.currency::text, ''),
       coalesce(d.transaction_id::text, ''), (d.score >= :'found_from'::numeric)::integer,
       round(d.score::numeric, 12), ''
  FROM (
:detector
       ) AS d;
