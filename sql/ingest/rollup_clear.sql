WITH hours AS (
    DELETE FROM hour_count WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
)
DELETE FROM subject_day
 WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[])
   AND tx_date BETWEEN :'first'::date AND :'last'::date;
