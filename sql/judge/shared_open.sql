-- What detectors share of a date: what is known of merchants and accounts with a fraud, and each of the
-- date's transactions beside what came before it.
DO $$
BEGIN
    CREATE TEMPORARY TABLE merchant_base (
        merchant_id text, n bigint, frauds bigint, run bigint, run_from date, recent bigint,
        recent_frauds bigint) ON COMMIT DROP;
    CREATE TEMPORARY TABLE victim_base (account_id text, frauds bigint) ON COMMIT DROP;
    CREATE TEMPORARY TABLE feature (
        account_id text, transaction_id text, ts timestamptz, amount numeric, currency text,
        merchant_id text, loaded_days integer, n_base bigint, level float8, spread float8, z float8,
        size_z float8, idle integer, gap float8, expected_n float8, n_day bigint, n_hour bigint, burst_n bigint,
        company float8, pair_n bigint, merchants bigint, payee_n bigint, p_new float8, is_new boolean,
        twin_n bigint, twin_date date, twin_id text, repeats float8, below_n bigint, under numeric,
        shift_from numeric, roundness integer, pair_today bigint, pair_sum numeric, merchant_n bigint,
        merchant_frauds bigint, merchant_run bigint, run_since integer, recent bigint,
        recent_frauds bigint, account_frauds bigint, bins smallint[], card float8,
        elsewhere_date date, elsewhere_id text, elsewhere text,
        hours_n bigint, hours_close bigint, peak_n bigint, is_paid boolean, returned_n bigint, past_n bigint, p_returned float8, below_week bigint, below_earlier bigint,
        way text, way_value text, way_usual text, way_n bigint, way_kinds bigint, p_way float8) ON COMMIT DROP;
    -- Most of what detectors join their statements have made themselves, and the planner knows no values of it:
    -- afraid of a hash table with few, it sorts all transactions of the date.
    PERFORM set_config('enable_mergejoin', 'off', true);
END
$$;
