-- What is derived from dates before that one goes with their rollups.
WITH hours AS (
    DELETE FROM hour_count WHERE source_id = :'source'::integer AND tx_date < :'to'::date
), accounts AS (
    DELETE FROM account_risk WHERE source_id = :'source'::integer AND tx_date < :'to'::date
), risks AS (
    DELETE FROM transaction_risk WHERE source_id = :'source'::integer AND tx_date < :'to'::date
), bins AS (
    DELETE FROM scorecard_bin WHERE source_id = :'source'::integer AND tx_date < :'to'::date
), counts AS (
    DELETE FROM scorecard_day WHERE source_id = :'source'::integer AND tx_date < :'to'::date
), cards AS (
    DELETE FROM scorecard WHERE source_id = :'source'::integer AND tx_date < :'to'::date
), bases AS (
    DELETE FROM account_base WHERE source_id = :'source'::integer AND as_of < :'to'::date
), sums AS (
    DELETE FROM overall_base WHERE source_id = :'source'::integer AND as_of < :'to'::date
)
DELETE FROM anomaly WHERE source_id = :'source'::integer AND tx_date < :'to'::date;
