TRUNCATE pg_temp.backtest, pg_temp.finding;
