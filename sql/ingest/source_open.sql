-- The source of that name, made at its first run. source: its name; time_zone: as configured.
WITH made AS (
    INSERT INTO source (name, time_zone) VALUES (:'source', :'time_zone')
    ON CONFLICT (name) DO NOTHING
    RETURNING source_id, time_zone, leaf, kept_from
)
SELECT source_id, time_zone, coalesce(leaf, '') AS leaf, kept_from FROM made
 UNION ALL
SELECT source_id, time_zone, coalesce(leaf, '') AS leaf, kept_from FROM source WHERE name = :'source';
