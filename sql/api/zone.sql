-- Fails where there is no such time zone.
SELECT timestamptz '2000-01-01 00:00:00+00' AT TIME ZONE :'tz';
