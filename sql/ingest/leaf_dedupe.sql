-- Of the rows of a leaf without its key yet that share one, the first of its file stays.
WITH twins AS (
    SELECT ctid, row_number() OVER (PARTITION BY tx_date, account_id, transaction_id
                                        ORDER BY file_id, line) AS nth
      FROM :"leaf"
), gone AS (
    DELETE FROM :"leaf" WHERE ctid = ANY (ARRAY(SELECT ctid FROM twins WHERE nth > 1))
    RETURNING 1
)
SELECT count(*) AS gone FROM gone;
