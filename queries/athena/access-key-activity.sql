-- Title: What one access key did
-- Purpose: Every call that was signed with an access key.
-- Parameter: access_key (text, example "AKIAIOSFODNN7EXAMPLE"): The id of the access key.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventtime AS time,
  eventname AS event,
  eventsource AS source,
  awsregion AS aws_region,
  sourceipaddress AS ip,
  errorcode AS error,
  eventid AS id,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS principal
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND useridentity.accesskeyid = :access_key
ORDER BY eventtime DESC, eventid DESC
LIMIT :limit
