COPY pg_temp.stage (ts, run_id, file_id, line, source_id, tx_date, amount, currency, account_id,
                    transaction_id, merchant_id, channel, country)
FROM STDIN (FORMAT binary);
