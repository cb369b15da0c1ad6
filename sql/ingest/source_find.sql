SELECT source_id FROM source WHERE name = :'source';
