COPY pg_temp.verdict_given (file, line, transaction_id, account_id, verdict, decided_on)
FROM STDIN (FORMAT binary);
