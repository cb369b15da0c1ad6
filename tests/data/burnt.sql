-- burnt: an account of which a fraud was known before the date; a detector of one's own that reads verdicts.
--
-- lookback = 30
SELECT 'account' AS subject_type, account_id AS subject_id, '' AS currency, NULL AS transaction_id,
       count(*) AS observed, NULL AS expected, NULL AS lower, NULL AS upper, 0.8 AS score, 'burnt' AS reason
  FROM verdict
 WHERE source_id = :'source'::integer AND tx_date >= :'date'::date - 30 AND tx_date < :'date'::date
   AND decided_on < :'date'::date AND :'date'::date <= replaced_on AND verdict = 'fraud'
 GROUP BY account_id;
