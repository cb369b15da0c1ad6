-- A score of each kind for each transaction of the date, and its risk: where there is a scorecard, by it
-- above all. pg_temp.scored has every transaction of pg_temp.feature.
INSERT INTO pg_temp.scored
WITH prior AS MATERIALIZED (
    SELECT ln(frauds / (n - frauds)) AS base
      FROM (SELECT sum(n) AS n, sum(frauds) AS frauds
              FROM scorecard
             WHERE source_id = :'source'::integer AND tx_date = :'date'::date AND part = 'amount') AS s
     WHERE frauds > 0
), card AS MATERIALIZED (
    SELECT s.account_id, s.transaction_id, s.bins,
           (1 / (1 + exp(-least(greatest((SELECT base FROM prior) + sum(c.points), -30), 30))))::float8 AS card
      FROM scorecard_bin AS s
     CROSS JOIN LATERAL unnest(s.bins) WITH ORDINALITY AS b (bin, part)
      LEFT JOIN scorecard AS c
        ON c.source_id = :'source'::integer AND c.tx_date = :'date'::date
       AND c.part = (scorecard_parts())[b.part] AND c.bin = b.bin
     WHERE s.source_id = :'source'::integer AND s.tx_date = :'date'::date
     GROUP BY s.account_id, s.transaction_id, s.bins
), scaled AS (
    SELECT f.*, c.bins, c.card,
           CASE WHEN amount <= 0 OR n_base < 5 OR :'loaded_days'::integer < 7 THEN 0
                ELSE logistic(1.5 * z + CASE WHEN z > 0.5 AND n_day <= 3 * expected_n + 6 THEN 0.3 * least(greatest(context_z, 0), 4) ELSE 0 END
                              - 5.5) END AS s_amount,
           CASE WHEN NOT is_new OR amount <= 0 OR :'loaded_days'::integer < 30 THEN 0
                ELSE logistic(1.5 * (least(size_z, 3) - 1.2) + CASE WHEN roundness >= 2 THEN 1 ELSE 0 END
                              + CASE WHEN n_day >= 2 THEN 0.8 ELSE 0 END - 1.3) END AS s_first,
           CASE WHEN pair_n > 0 OR payee_n < 5 OR amount <= 0 OR p_new > 0.2
                  OR :'loaded_days'::integer < 14 THEN 0
                ELSE logistic(-2.2 + 0.8 * greatest(z, 0) - 4 * p_new) END AS s_counterparty,
           CASE WHEN below_n < 3 OR below_n < 0.5 * n_day OR under < 500 OR :'loaded_days'::integer < 7 THEN 0
                ELSE logistic(0.9 * (least(below_n, 6) - 3) + 1.2 - 1.2 * greatest(expected_n - 2, 0)
                              + CASE WHEN under IN (1000, 5000, 10000, 50000) THEN 0.5 ELSE -1 END) END
               AS s_structuring,
           CASE WHEN twin_n <> 1 OR twin_date IS NULL OR twin_date < :'date'::date - 30 OR amount <= 0
                  OR payee_n < 5 OR :'loaded_days'::integer < 14 THEN 0
                ELSE logistic(-1.5 - 7 * repeats + 0.5 * greatest(z, 0)) END AS s_twin,
           CASE WHEN shift_from IS NULL OR n_base < 5 OR :'loaded_days'::integer < 7 THEN 0 ELSE logistic(1.5 * z - 3) END AS s_shift,
           CASE WHEN idle IS NULL OR n_base < 5 OR idle < 45 OR idle < 5 * gap OR amount <= 0 THEN 0
                ELSE logistic(-4 + 0.7 * ln(idle / gap) + z) END AS s_dormant,
           CASE WHEN n_hour < 4 OR n_base < 10
                  OR (SELECT min(ts) = max(ts) FROM pg_temp.feature) THEN 0 -- dates without times know no hours
                ELSE logistic(0.8 * (n_hour - expected_n) / sqrt(expected_n + 1) - 4) END AS s_velocity,
           CASE WHEN merchant_run = 0 THEN 0
                ELSE 0.9 * merchant_run / (merchant_run + 1) * CASE WHEN run_since > 28 THEN 0.2 ELSE 1 END END
               AS s_merchant,
           CASE WHEN roundness < 3 OR n_base < 5 OR :'loaded_days'::integer < 7 THEN 0 ELSE logistic(1.2 * z - 4.5) END AS s_round,
           CASE WHEN pair_today < 3 OR pair_today < 2 * expected_n OR amount <= 0 OR pair_sum <= 0
                  OR n_base < 5 OR spread IS NULL THEN 0
                ELSE logistic(-6 + 1.5 * (ln(pair_sum::float8) - level) / spread * 0.5) END AS s_split
      FROM pg_temp.feature AS f
      LEFT JOIN card AS c USING (account_id, transaction_id)
), combined AS (
    SELECT s.*, (1 - s_amount) * (1 - s_first) * (1 - s_counterparty) * (1 - s_structuring) * (1 - s_twin)
                * (1 - s_shift) * (1 - s_dormant) * (1 - s_velocity) * (1 - s_round) * (1 - s_split) AS calm
      FROM scaled AS s
)
SELECT account_id, transaction_id, ts, amount, currency, merchant_id, n_base, level, spread, z, size_z, idle,
       gap, expected_n, n_day, n_hour, context_z, pair_n, merchants, payee_n, p_new, is_new, twin_n,
       twin_date, twin_id, repeats, below_n, under, shift_from, roundness, pair_today, pair_sum,
       merchant_n, merchant_frauds, merchant_run, run_since, recent, recent_frauds, account_frauds,
       bins, card, s_amount, s_first, s_counterparty, s_structuring, s_twin, s_shift, s_dormant,
       s_velocity, s_merchant, s_round, s_split,
       least(round((1 - CASE WHEN card IS NULL THEN calm * (1 - s_merchant)
                             ELSE (1 - card) * (0.9 + 0.1 * calm) END)::numeric, 9), 0.999999)
  FROM combined;
