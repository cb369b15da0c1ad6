CREATE TEMPORARY TABLE backtest (
    transaction_id text, score numeric, account_id text, date text, detectors text) ON COMMIT DROP;
