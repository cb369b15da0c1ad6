-- Where records wait whose leaf exists already.
CREATE TEMPORARY TABLE stage (LIKE transactions) ON COMMIT DROP;
