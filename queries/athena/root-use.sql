-- Title: Root use
-- Purpose: Everything that was done as root, without what AWS did on its behalf.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventtime AS time,
  eventname AS event,
  eventsource AS source,
  awsregion AS aws_region,
  sourceipaddress AS ip,
  errorcode AS error,
  eventid AS id,
  useragent AS agent
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND useridentity.type = 'Root'
  AND useridentity.invokedby IS NULL
  AND eventtype <> 'AwsServiceEvent'
ORDER BY eventtime DESC, eventid DESC
LIMIT :limit
