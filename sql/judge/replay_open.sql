-- What is derived of dates, as temporary tables in front of those that are kept: whatever a replay derives
-- serves its later dates, and neither waits for a run nor makes one wait.
DO $$
BEGIN
    SET LOCAL search_path = pg_temp, public;
    CREATE TEMPORARY TABLE account_base (LIKE public.account_base INCLUDING ALL) ON COMMIT DROP;
    CREATE TEMPORARY TABLE overall_base (LIKE public.overall_base INCLUDING ALL) ON COMMIT DROP;
    CREATE TEMPORARY TABLE scorecard (LIKE public.scorecard INCLUDING ALL) ON COMMIT DROP;
    CREATE TEMPORARY TABLE scorecard_bin (LIKE public.scorecard_bin INCLUDING ALL) ON COMMIT DROP;
    CREATE TEMPORARY TABLE scorecard_day (LIKE public.scorecard_day INCLUDING ALL) ON COMMIT DROP;
END
$$;
