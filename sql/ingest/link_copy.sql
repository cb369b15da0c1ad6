COPY pg_temp.reject_link (path, line, by_line) FROM STDIN (FORMAT binary);
