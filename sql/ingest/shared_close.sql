DROP TABLE pg_temp.account_base, pg_temp.overall_base, pg_temp.pair_base, pg_temp.payee_base,
           pg_temp.merchant_base, pg_temp.victim_base, pg_temp.feature, pg_temp.scored;
