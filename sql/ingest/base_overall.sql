-- All accounts together: the level that one with little history is taken to have, the spread of an
-- account's days around its own level, and that of all days around the overall one.
INSERT INTO pg_temp.overall_base
SELECT currency, sum(lsum)::float8 / sum(n)::float8 / 1000,
       sqrt(greatest(sum(lsq) - sum(lsum::numeric * lsum / n), 1000)::float8
            / greatest(sum(n - 1), 1)::float8) / 1000 + 0.05,
       sqrt(greatest(sum(lsq)::float8 / sum(n)::float8
                     - (sum(lsum)::float8 / sum(n)::float8) ^ 2, 1000)) / 1000
  FROM pg_temp.account_base
 GROUP BY currency;
