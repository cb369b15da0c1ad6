-- Into which bin of each part a transaction of the date falls, in the order of scorecard_parts(). Bins
-- are kept: what verdicts say of them is learned when they come.
INSERT INTO scorecard_bin (source_id, tx_date, account_id, transaction_id, bins)
SELECT :'source'::integer, :'date'::date, account_id, transaction_id,
       ARRAY[width_bucket(z, ARRAY[-2, -1.2, -0.7, -0.3, 0, 0.3, 0.7, 1.2, 1.7, 2.2, 2.7, 3.3, 4, 5]::float8[]),
             width_bucket(size_z, ARRAY[-2, -1, 0, 0.7, 1.2, 1.6, 2, 2.5, 3, 4]::float8[]),
             CASE WHEN merchant_run = 0 THEN CASE WHEN merchant_frauds = 0 THEN 0 ELSE 1 END
                  ELSE 10 + 10 * width_bucket(merchant_run, ARRAY[2, 3, 5, 9]::bigint[])
                       + width_bucket(run_since, ARRAY[10, 14, 18, 22, 26, 30]) END,
             CASE WHEN account_frauds = 0 THEN 0
                  ELSE 10 * width_bucket(account_frauds, ARRAY[2, 4]::bigint[]) + 10
                       + width_bucket(z, ARRAY[0.7, 1.2, 2]::float8[]) END,
             CASE WHEN recent = 0 THEN -1
                  ELSE width_bucket(recent_frauds::float8 / recent, ARRAY[0.01, 0.3, 0.6, 0.99]::float8[]) END,
             width_bucket((n_day - expected_n) / sqrt(expected_n + 1), ARRAY[-1, 0, 1, 2, 3, 5]::float8[]),
             width_bucket(n_hour, ARRAY[2, 3, 4, 6]::bigint[]),
             width_bucket(company, ARRAY[0.001, 0.4, 1, 2, 3.5]::float8[]),
             (extract(epoch FROM ts)::bigint / 10800 % 8)::integer,
             least(below_n, 3)::integer,
             least(twin_n, 2)::integer,
             CASE WHEN payee_n < 5 THEN -1 WHEN pair_n > 0 THEN 9
                  ELSE width_bucket(p_new, ARRAY[0.05, 0.15, 0.4]::float8[]) END,
             roundness,
             width_bucket(coalesce(idle, 999), ARRAY[2, 4, 8, 31, 999])]::smallint[]
  FROM pg_temp.feature;
