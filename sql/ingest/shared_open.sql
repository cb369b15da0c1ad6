-- What detectors share of a date: how the accounts, counterparties and merchants were before it, and
-- each of its transactions beside that. Plans are made for the values at hand.
DO $$
BEGIN
    PERFORM set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true);
    -- l: 1000 * ln of an amount, a whole number, so that sums do not depend on their order.
    CREATE TEMPORARY TABLE account_base (
        account_id text, currency text, n bigint, days bigint, last_date date,
        lsum bigint, lsq bigint, day_lsum bigint, day_lsq bigint, nsq bigint) ON COMMIT DROP;
    CREATE TEMPORARY TABLE overall_base (
        currency text, level float8, spread float8, reach float8) ON COMMIT DROP;
    CREATE TEMPORARY TABLE pair_base (account_id text, merchant_id text, n bigint) ON COMMIT DROP;
    CREATE TEMPORARY TABLE payee_base (
        account_id text, n bigint, merchants bigint, once bigint) ON COMMIT DROP;
    CREATE TEMPORARY TABLE merchant_base (
        merchant_id text, n bigint, frauds bigint, run bigint, run_from date, recent bigint,
        recent_frauds bigint) ON COMMIT DROP;
    CREATE TEMPORARY TABLE victim_base (account_id text, frauds bigint, last_fraud date) ON COMMIT DROP;
    CREATE TEMPORARY TABLE feature (
        account_id text, transaction_id text, ts timestamptz, amount numeric, currency text,
        merchant_id text, n_base bigint, level float8, spread float8, z float8, size_z float8,
        idle integer, gap float8, expected_n float8, n_day bigint, n_hour bigint, context_z float8,
        pair_n bigint, merchants bigint, payee_n bigint, p_new float8, is_new boolean,
        twin_n bigint, twin_date date, twin_id text, repeats float8, below_n bigint, under numeric,
        shift_from numeric, roundness integer, pair_today bigint, pair_sum numeric,
        merchant_n bigint, merchant_frauds bigint, merchant_run bigint, run_since integer,
        recent bigint, recent_frauds bigint, account_frauds bigint) ON COMMIT DROP;
    CREATE TEMPORARY TABLE scored (
        LIKE feature, bins smallint[], card float8, s_amount float8, s_first float8, s_counterparty float8,
        s_structuring float8, s_twin float8, s_shift float8, s_dormant float8, s_velocity float8,
        s_merchant float8, s_round float8, s_split float8, risk numeric) ON COMMIT DROP;
END
$$;
