SELECT leaf_open('subject_day', :'source'::integer, :'from'::date,
                 (:'from'::date + interval '1 month')::date) AS name;
