SELECT source_id, kept_from FROM source WHERE name = :'source';
