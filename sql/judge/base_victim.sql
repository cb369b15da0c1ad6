INSERT INTO pg_temp.victim_base
SELECT account_id, count(*)
  FROM verdict
 WHERE source_id = :'source'::integer AND verdict = 'fraud'
   AND tx_date >= :'date'::date - 30 AND tx_date < :'date'::date
   AND decided_on < :'date'::date AND replaced_on >= :'date'::date
 GROUP BY account_id;
