DELETE FROM anomaly
 WHERE source_id = :'source'::integer AND tx_date = ANY (:'dates'::date[]);
