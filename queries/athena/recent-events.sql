-- Title: Most recent events
-- Purpose: What happened last, by anybody, in any service.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventtime AS time,
  eventname AS event,
  eventsource AS source,
  awsregion AS aws_region,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS principal,
  sourceipaddress AS ip,
  errorcode AS error,
  eventid AS id
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
ORDER BY eventtime DESC, eventid DESC
LIMIT :limit
