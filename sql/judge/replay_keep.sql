-- Of what runs have derived, that which a replay of first to last reads: accounts, and the bins that the first
-- date learns from. Those of the dates themselves are reckoned as they are judged.
WITH known AS MATERIALIZED (
    SELECT coalesce(max(tx_date), :'first'::date - 90) - 21 AS since
      FROM verdict
     WHERE source_id = :'source'::integer AND tx_date >= :'first'::date - 90 AND tx_date < :'first'::date
       AND decided_on < :'first'::date AND replaced_on >= :'first'::date
), account AS (
    INSERT INTO pg_temp.account_base
    SELECT *
      FROM public.account_base
     WHERE source_id = :'source'::integer AND as_of > (SELECT since - 7 FROM known) AND as_of <= :'last'::date
), overall AS (
    INSERT INTO pg_temp.overall_base
    SELECT *
      FROM public.overall_base
     WHERE source_id = :'source'::integer AND as_of > (SELECT since - 7 FROM known) AND as_of <= :'last'::date
), bin AS (
    INSERT INTO pg_temp.scorecard_bin
    SELECT *
      FROM public.scorecard_bin
     WHERE source_id = :'source'::integer AND tx_date > (SELECT since FROM known) AND tx_date < :'first'::date
)
INSERT INTO pg_temp.scorecard_day
SELECT *
  FROM public.scorecard_day
 WHERE source_id = :'source'::integer AND tx_date > (SELECT since FROM known) AND tx_date < :'first'::date;
