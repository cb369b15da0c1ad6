-- What is known of merchants with a known fraud, by days: how many of their transactions were, among
-- all, among the last seven days that are known, and on the days behind the last one that had any other.
INSERT INTO pg_temp.merchant_base
WITH fraud AS MATERIALIZED (
    SELECT t.merchant_id, t.tx_date, count(*) AS n
      FROM verdict AS v
     CROSS JOIN LATERAL ( -- by the key: frauds are few among the transactions of so many days
           SELECT tx_date, merchant_id
             FROM transactions
            WHERE source_id = :'source'::integer AND tx_date = v.tx_date AND account_id = v.account_id
              AND transaction_id = v.transaction_id
              AND tx_date >= :'date'::date - 45 AND tx_date < :'date'::date
           OFFSET 0) AS t
     WHERE v.source_id = :'source'::integer AND v.verdict = 'fraud'
       AND v.tx_date >= :'date'::date - 45 AND v.tx_date < :'date'::date
       AND v.decided_on < :'date'::date AND v.replaced_on >= :'date'::date
       AND t.merchant_id IS NOT NULL
     GROUP BY t.merchant_id, t.tx_date
), seen AS (
    SELECT s.subject_id AS merchant_id, s.tx_date, sum(s.n) AS n, coalesce(min(f.n), 0) AS frauds
      FROM subject_day AS s
      LEFT JOIN fraud AS f ON f.merchant_id = s.subject_id AND f.tx_date = s.tx_date
     WHERE s.source_id = :'source'::integer AND s.subject_type = 'merchant'
       AND s.subject_id = ANY (ARRAY(SELECT merchant_id FROM fraud))
       AND s.tx_date >= :'date'::date - 45 AND s.tx_date <= :'known_until'::date
     GROUP BY s.subject_id, s.tx_date
), marked AS (
    SELECT s.*, coalesce(max(tx_date) FILTER (WHERE n > frauds) OVER (PARTITION BY merchant_id),
                         '-infinity') AS last_good
      FROM seen AS s
)
SELECT merchant_id, sum(n), sum(frauds), coalesce(sum(n) FILTER (WHERE tx_date > last_good), 0),
       min(tx_date) FILTER (WHERE tx_date > last_good),
       coalesce(sum(n) FILTER (WHERE tx_date > :'known_until'::date - 7), 0),
       coalesce(sum(frauds) FILTER (WHERE tx_date > :'known_until'::date - 7), 0)
  FROM marked
 GROUP BY merchant_id;
