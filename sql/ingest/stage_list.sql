-- After the merge: the staged rows whose key another row has, with that one's place.
WITH listed AS (
    INSERT INTO duplicate_record
    SELECT s.*, t.file_id, t.line
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
