-- FREEZE: the table was made in this transaction, so its rows need no second visit ever.
COPY :"leaf" (run_id, file_id, source_id, ts, line, tx_date, amount, currency, account_id,
              transaction_id, merchant_id, channel, country)
FROM STDIN (FORMAT binary, FREEZE);
