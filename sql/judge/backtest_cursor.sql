DECLARE backtest NO SCROLL CURSOR FOR
SELECT transaction_id, score, account_id, date, detectors
  FROM pg_temp.backtest
 ORDER BY account_id, transaction_id;
