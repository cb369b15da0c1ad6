COPY pg_temp.stage (run_id, file_id, source_id, ts, line, tx_date, amount, currency, account_id,
                    transaction_id, merchant_id, channel, country)
FROM STDIN (FORMAT binary);
