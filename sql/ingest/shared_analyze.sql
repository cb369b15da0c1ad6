DO $$
BEGIN
    ANALYZE pg_temp.account_base;
    ANALYZE pg_temp.pair_base;
    ANALYZE pg_temp.payee_base;
    ANALYZE pg_temp.merchant_base;
END
$$;
