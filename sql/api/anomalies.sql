-- Anomalies on the dates of [start, end), the newest or the highest score first.
--
-- start, end: a date, or RFC 3339, of which the date in tz counts; '' is no bound. source, detector,
-- subject: '' is all. severity, subject_type, state: some with commas between, '' is all. q: text
-- that the subject, the transaction, the reason or the id has. order: newest or score, which is the
-- column that comes first, so that each has an index. after: the place of the row that the page
-- begins behind: score, date, source and id.
WITH place AS (
    SELECT (p ->> 1)::date AS newest, (p ->> 0)::numeric AS score, (p ->> 2)::integer AS source_id,
           p ->> 3 AS anomaly_id
      FROM (SELECT nullif(:'after', '')::json) AS given (p)
)
SELECT a.anomaly_id AS id, s.name AS source, a.tx_date::text AS date, a.detector, a.subject_type,
       a.subject_id, a.currency, a.transaction_id, a.observed, a.expected, a.lower, a.upper, a.score,
       a.severity, a.state, a.reason,
       json_build_array(a.score::text, a.tx_date, a.source_id, a.anomaly_id)::text AS place
  FROM (SELECT *, tx_date AS newest FROM anomaly) AS a
  JOIN source AS s ON s.source_id = a.source_id
 WHERE timestamptz 'epoch' AT TIME ZONE :'tz' IS NOT NULL -- also where no time needs it
   AND :'source' IN ('', s.name) AND :'detector' IN ('', a.detector)
   AND :'subject' IN ('', a.subject_id)
   AND a.tx_date >= CASE WHEN :'start' = '' THEN '-infinity'::date
                         WHEN length(:'start') = 10 THEN :'start'::date
                         ELSE (:'start'::timestamptz AT TIME ZONE :'tz')::date END
   AND a.tx_date < CASE WHEN :'end' = '' THEN 'infinity'::date
                        WHEN length(:'end') = 10 THEN :'end'::date
                        ELSE (:'end'::timestamptz AT TIME ZONE :'tz')::date END
   AND (:'severity' = '' OR a.severity = ANY (string_to_array(:'severity', ',')))
   AND (:'subject_type' = '' OR a.subject_type = ANY (string_to_array(:'subject_type', ',')))
   AND (:'state' = '' OR a.state = ANY (string_to_array(:'state', ',')))
   AND (:'q' = '' OR position(lower(:'q') IN lower(concat_ws(' ', a.subject_id, a.transaction_id,
                                                             a.reason, a.anomaly_id))) > 0)
   AND (:'after' = '' OR (a.:"order", a.tx_date, a.score, a.source_id, a.anomaly_id)
                         < (SELECT :"order", newest, score, source_id, anomaly_id FROM place))
 ORDER BY a.:"order" DESC, a.tx_date DESC, a.score DESC, a.source_id DESC, a.anomaly_id DESC
 LIMIT :'limit'::integer + 1;
