-- Keeps what was decided about a source's leaves at its first load.
UPDATE source SET leaf = :'leaf' WHERE source_id = :'source'::integer AND leaf IS NULL;
