-- Title: What happened to one resource
-- Purpose: Every call that names a resource in its request, answer or list of resources, not those that it made itself.
-- Parameter: resource (text, example "i-0123456789abcdef0"): Id, name or ARN of the resource, or a part of it.
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
  AND (
    strpos(requestparameters, :resource) > 0
    OR strpos(responseelements, :resource) > 0
    OR strpos(additionaleventdata, :resource) > 0
    OR strpos(serviceeventdetails, :resource) > 0
    OR any_match(resources, item -> strpos(item.arn, :resource) > 0)
  )
ORDER BY eventtime DESC, eventid DESC
LIMIT :limit
