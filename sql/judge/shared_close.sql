DROP TABLE pg_temp.merchant_base, pg_temp.victim_base, pg_temp.feature;
