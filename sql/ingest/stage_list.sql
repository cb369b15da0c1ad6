-- After the merge: the staged rows whose key another row has, with the places of both.
WITH listed AS (
    INSERT INTO duplicate_record (source_id, file_id, line, run_id, tx_date, first_file_id,
                                  first_line, currency, amount)
    SELECT s.source_id, s.file_id, s.line, s.run_id, s.tx_date, t.file_id, t.line, s.currency,
           s.amount
      FROM pg_temp.stage AS s
      JOIN transactions AS t ON t.source_id = :'source'::integer
                            AND t.tx_date >= :'from'::date AND t.tx_date < :'to'::date
                            AND t.tx_date = s.tx_date AND t.account_id = s.account_id
                            AND t.transaction_id = s.transaction_id
     WHERE s.tx_date >= :'from'::date AND s.tx_date < :'to'::date
       AND (t.file_id, t.line) <> (s.file_id, s.line)
    RETURNING 1
)
SELECT count(*) AS listed FROM listed;
