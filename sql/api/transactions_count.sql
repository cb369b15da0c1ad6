-- How many transactions, and of which amounts, in [start, end), with the count of each bucket.
--
-- start, end: RFC 3339, or a date (its first moment in tz); '' is the end of the newest date with
-- data, and 30 days before the end. bucket: day, week or month of tz, or hour: one of UTC, as an
-- hour is one wherever clocks are set. group_by: '', source, currency, channel or country; what has
-- no channel or country is the group ''. source, account, merchant: '' is all.
--
-- Accounts, merchants, channels and countries are counted by days: there the source's own dates are
-- taken for those of tz, and hours, or two of them at once, are an error. The total is exact to the
-- second for them, too. No row: start is not before end, or there are more than 100,000 buckets.
-- How it is counted, count_rows says. The last three columns are meta.sql's: asked together, they need no
-- transaction around them.
SELECT to_char(c.lo AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS start,
       to_char(c.hi AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "end",
       :'bucket'::text AS bucket, :'tz'::text AS tz, c.total, c.amounts, :'group_by'::text AS group_by,
       c.groups, c.buckets, d.as_of, d.run_id, d.version
  FROM count_transactions(:'start', :'end', :'bucket', :'tz', :'group_by', :'source', :'account',
                          :'merchant') AS c
 CROSS JOIN data_state() AS d;
