-- The leaf of subject_day for a month that begins with that date; '' when there is none yet.
SELECT coalesce(max(name), '') AS name
  FROM leaf
 WHERE parent = 'subject_day' AND source_id = :'source'::integer AND from_date = :'from'::date;
