-- What the verdicts that were known before the date say of each bin, over the three weeks up to the last
-- that is known: the log-odds of fraud in it against those of all, as if 4 transactions of the
-- average were in it besides. With fewer than 30 frauds there is no opinion.
INSERT INTO scorecard (source_id, tx_date, part, bin, n, frauds, points)
WITH counted AS (
    SELECT part, bin, sum(n)::bigint AS n
      FROM scorecard_day
     WHERE source_id = :'source'::integer
       AND tx_date > :'known_until'::date - 21 AND tx_date <= :'known_until'::date
     GROUP BY part, bin
), fraud AS (
    SELECT b.part, b.bin, count(*) AS n
      FROM verdict AS v
     CROSS JOIN LATERAL ( -- by the key: the bins of years are kept
           SELECT bins
             FROM scorecard_bin
            WHERE source_id = :'source'::integer AND tx_date = v.tx_date AND account_id = v.account_id
              AND transaction_id = v.transaction_id
           OFFSET 0) AS s
     CROSS JOIN LATERAL unnest(s.bins) WITH ORDINALITY AS b (bin, part)
     WHERE v.source_id = :'source'::integer AND v.verdict = 'fraud'
       AND v.tx_date > :'known_until'::date - 21 AND v.tx_date <= :'known_until'::date
       AND v.decided_on < :'date'::date AND v.replaced_on >= :'date'::date
     GROUP BY b.part, b.bin
), joined AS (
    SELECT c.part, c.bin, c.n, coalesce(f.n, 0) AS frauds,
           sum(c.n) OVER part AS all_n, sum(coalesce(f.n, 0)) OVER part AS all_frauds
      FROM counted AS c
      LEFT JOIN fraud AS f USING (part, bin)
    WINDOW part AS (PARTITION BY c.part)
)
SELECT :'source'::integer, :'date'::date, (scorecard_parts())[part], bin, n, frauds,
       round(ln((frauds + 4 * all_frauds / all_n) / (n - frauds + 4 * (1 - all_frauds / all_n))
                * (all_n - all_frauds) / all_frauds), 4)
  FROM joined
 WHERE all_frauds >= 30 AND all_frauds < all_n;
