-- What the records of a corrected reject export say of themselves. line: of the rejected record in
-- that file; by_line: of the record that says it.
CREATE TEMPORARY TABLE reject_link (path text, line bigint, by_line bigint) ON COMMIT DROP;
