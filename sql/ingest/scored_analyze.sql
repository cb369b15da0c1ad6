DO $$
BEGIN
    ANALYZE pg_temp.scored (account_id, transaction_id);
END
$$;
