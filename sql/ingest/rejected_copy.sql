COPY rejected_record (source_id, file_id, byte_offset, line, run_id, column_name, reason, detail, raw)
FROM STDIN (FORMAT binary);
