-- BRIN knows nothing of pages that were added until they are summarized, and reads them all.
SELECT sum(brin_summarize_new_values(i.indexrelid)) AS ranges
  FROM pg_index AS i
  JOIN pg_class AS c ON c.oid = i.indexrelid
  JOIN pg_am AS a ON a.oid = c.relam
 WHERE i.indrelid = :'leaf'::regclass AND a.amname = 'brin';
