-- What is known of merchants with a known fraud: how many of their transactions were, among all, among
-- the last seven days that are known, and in an unbroken run up to the last that is known.
INSERT INTO pg_temp.merchant_base
WITH fraud AS MATERIALIZED (
    SELECT transaction_id, account_id, tx_date
      FROM verdict
     WHERE source_id = :'source'::integer AND verdict = 'fraud'
       AND tx_date >= :'detail_from'::date AND tx_date < :'date'::date
       AND decided_on < :'date'::date AND replaced_on >= :'date'::date
), met AS MATERIALIZED (
    SELECT DISTINCT t.merchant_id
      FROM fraud AS f
      JOIN transactions AS t USING (tx_date, account_id, transaction_id)
     WHERE t.source_id = :'source'::integer AND t.merchant_id IS NOT NULL
       AND t.tx_date >= :'detail_from'::date AND t.tx_date < :'date'::date
), seen AS (
    SELECT t.merchant_id, t.ts, t.tx_date, f.transaction_id IS NOT NULL AS fraud,
           max(t.ts) FILTER (WHERE f.transaction_id IS NULL) OVER (PARTITION BY t.merchant_id) AS last_good
      FROM transactions AS t
      JOIN met USING (merchant_id)
      LEFT JOIN fraud AS f USING (tx_date, account_id, transaction_id)
     WHERE t.source_id = :'source'::integer
       AND t.tx_date >= :'detail_from'::date AND t.tx_date <= :'known_until'::date
)
SELECT merchant_id, count(*), count(*) FILTER (WHERE fraud),
       count(*) FILTER (WHERE ts > coalesce(last_good, '-infinity')),
       min(tx_date) FILTER (WHERE ts > coalesce(last_good, '-infinity')),
       count(*) FILTER (WHERE tx_date > :'known_until'::date - 7),
       count(*) FILTER (WHERE fraud AND tx_date > :'known_until'::date - 7)
  FROM seen
 GROUP BY merchant_id;
