WITH gone AS (
    DELETE FROM scorecard_bin WHERE source_id = :'source'::integer AND tx_date = :'date'::date
), counted AS (
    DELETE FROM scorecard_day WHERE source_id = :'source'::integer AND tx_date = :'date'::date
)
DELETE FROM scorecard WHERE source_id = :'source'::integer AND tx_date = :'date'::date;
