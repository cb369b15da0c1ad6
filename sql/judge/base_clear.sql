-- What was said of accounts after a date that has changed, up to the last date that is judged again.
WITH account AS (
    DELETE FROM account_base
     WHERE source_id = :'source'::integer AND as_of > :'after'::date AND as_of <= :'to'::date
)
DELETE FROM overall_base
 WHERE source_id = :'source'::integer AND as_of > :'after'::date AND as_of <= :'to'::date;
