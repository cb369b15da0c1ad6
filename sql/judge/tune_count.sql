-- What the findings of a detector on some dates are: how many, and by the newest verdicts of the dates' transactions
-- how many of those that were decided about are fraud, and how many of the frauds are found. What is
-- about the whole feed is about no transaction.
WITH decided AS MATERIALIZED (
    SELECT v.tx_date, v.account_id, v.transaction_id, v.verdict, t.currency, t.merchant_id, t.channel,
           t.country
      FROM verdict AS v
      JOIN transactions AS t
        ON t.source_id = :'source'::integer AND t.tx_date BETWEEN :'first'::date AND :'last'::date
       AND t.tx_date = v.tx_date AND t.account_id = v.account_id
       AND t.transaction_id = v.transaction_id
     WHERE v.source_id = :'source'::integer AND v.tx_date = ANY (:'dates'::date[])
       AND v.replaced_on = 'infinity'
), subject AS MATERIALIZED (
    SELECT d.tx_date, d.account_id, d.transaction_id, d.verdict, d.currency, s.subject_type, s.subject_id
      FROM decided AS d
     CROSS JOIN LATERAL (VALUES ('account', d.account_id), ('merchant', d.merchant_id),
                                ('channel', d.channel), ('country', d.country))
                     AS s (subject_type, subject_id)
), hit AS MATERIALIZED (
    SELECT f.detector, f.tx_date, f.subject_type, f.subject_id, f.currency,
           f.transaction_id AS about_id, s.account_id, s.transaction_id, s.verdict
      FROM pg_temp.finding AS f
      JOIN subject AS s
        ON s.tx_date = f.tx_date AND s.subject_type = f.subject_type AND s.subject_id = f.subject_id
       AND f.currency IN (s.currency, '') AND f.transaction_id IN (s.transaction_id, '')
     WHERE f.detector = :'detector'
), judged AS MATERIALIZED (
    SELECT bool_or(verdict = 'fraud') AS is_fraud
      FROM hit
     GROUP BY tx_date, subject_type, subject_id, currency, about_id
)
SELECT (SELECT count(*) FROM pg_temp.finding WHERE detector = :'detector') AS findings,
       (SELECT count(*) FROM judged) AS decided,
       (SELECT count(*) FROM judged WHERE is_fraud) AS fraud,
       (SELECT count(*) FROM decided WHERE verdict = 'fraud') AS frauds,
       (SELECT count(DISTINCT (tx_date, account_id, transaction_id)) FROM hit WHERE verdict = 'fraud') AS found;
