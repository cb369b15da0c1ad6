SELECT count(*) FILTER (WHERE state = 'new') AS loaded,
       count(*) FILTER (WHERE state = 'duplicate') AS duplicate,
       count(*) FILTER (WHERE state = 'changed') AS changed,
       count(*) FILTER (WHERE state = 'ambiguous') AS ambiguous,
       count(*) FILTER (WHERE state = 'contradictory') AS contradictory,
       count(*) FILTER (WHERE state IN ('new', 'changed') AND tx_date IS NULL) AS unknown
  FROM pg_temp.verdict_given;
