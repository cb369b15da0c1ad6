SELECT leaf_open('transactions', :'source'::integer, :'from'::date, :'to'::date) AS name;
