-- Duplicates of rows of these files that are gone: of each key the earliest one takes the place,
-- and its file counts it as loaded. Gives the dates that gain a row.
WITH orphan AS MATERIALIZED (
    SELECT DISTINCT ON (d.tx_date, d.account_id, d.transaction_id) d.*
      FROM duplicate_record AS d
     WHERE d.source_id = :'source'::integer AND d.first_file_id = ANY (:'files'::bigint[])
       AND NOT EXISTS (SELECT
                         FROM transactions AS t
                        WHERE t.source_id = :'source'::integer
                          AND t.tx_date = d.tx_date AND t.account_id = d.account_id
                          AND t.transaction_id = d.transaction_id)
     ORDER BY d.tx_date, d.account_id, d.transaction_id, d.file_id, d.line
), put AS (
    INSERT INTO transactions
    SELECT ts, run_id, file_id, line, source_id, tx_date, amount, currency, account_id,
           transaction_id, merchant_id, channel, country
      FROM orphan
    RETURNING tx_date, file_id, run_id
), moved AS (
    DELETE FROM duplicate_record AS d USING orphan AS o
     WHERE d.source_id = :'source'::integer AND d.file_id = o.file_id AND d.line = o.line
), counted AS (
    UPDATE ingestion_file AS f
       SET loaded = f.loaded + p.n, duplicate = f.duplicate - p.n,
           first_date = least(f.first_date, p.first_date),
           last_date = greatest(f.last_date, p.last_date)
      FROM (SELECT file_id, count(*) AS n, min(tx_date) AS first_date, max(tx_date) AS last_date
              FROM put GROUP BY file_id) AS p
     WHERE f.file_id = p.file_id
), dated AS (
    UPDATE ingestion_run AS r
       SET first_date = least(r.first_date, p.first_date),
           last_date = greatest(r.last_date, p.last_date)
      FROM (SELECT run_id, min(tx_date) AS first_date, max(tx_date) AS last_date
              FROM put GROUP BY run_id) AS p
     WHERE r.run_id = p.run_id
)
SELECT tx_date FROM put GROUP BY tx_date ORDER BY tx_date;
