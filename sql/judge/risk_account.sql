-- Of what is found on the dates, and not suppressed: how risky each account is, its transactions included.
INSERT INTO account_risk (source_id, tx_date, account_id, risk, anomalies)
SELECT :'source'::integer, tx_date, subject_id,
       least(round(1 - exp(sum(ln(1 - score))), 6), 0.999999), count(*)
  FROM anomaly
 WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
   AND subject_type = 'account' AND state <> 'suppressed'
 GROUP BY tx_date, subject_id;
