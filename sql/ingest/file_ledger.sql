-- Everything that is known of a source's files, by path.
SELECT path, file_id, size, modified, inode, bytes_done, lines_done, coalesce(sha256, '') AS sha256,
       finished, first_date, last_date, undone
  FROM ingestion_file
 WHERE source_id = :'source'::integer
 ORDER BY path COLLATE "C";
