-- Duplicates of rows of these files: each points to the row that has its key now.
UPDATE duplicate_record AS d
   SET first_file_id = t.file_id, first_line = t.line
  FROM transactions AS t
 WHERE d.source_id = :'source'::integer AND d.first_file_id = ANY (:'files'::bigint[])
   AND t.source_id = :'source'::integer AND t.tx_date = d.tx_date AND t.account_id = d.account_id
   AND t.transaction_id = d.transaction_id
   AND (t.file_id, t.line) <> (d.first_file_id, d.first_line);
