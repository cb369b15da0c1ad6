COPY rejected_record (source_id, file_id, byte_offset, line, run_id, column_name, reason, detail, raw,
                      tx_date)
FROM STDIN (FORMAT binary);
