-- The leaves of subject_day that the dates need: a source's month each.
SELECT leaf_close(leaf_open('subject_day', :'source'::integer, m.from_date,
                            (m.from_date + interval '1 month')::date))
  FROM (SELECT DISTINCT date_trunc('month', d::timestamp)::date AS from_date
          FROM unnest(:'dates'::date[]) AS d) AS m
  LEFT JOIN leaf AS l ON l.parent = 'subject_day' AND l.source_id = :'source'::integer
                     AND l.from_date = m.from_date
 WHERE l.name IS NULL;
