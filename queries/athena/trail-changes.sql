-- Title: Who touched the trail
-- Purpose: Every call that makes, changes, stops, starts or deletes a trail, denied ones included.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventtime AS time,
  eventname AS event,
  coalesce(
    json_extract_scalar(requestparameters, '$.name'),
    json_extract_scalar(requestparameters, '$.trailName'),
    json_extract_scalar(requestparameters, '$.resourceId')
  ) AS trail,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS principal,
  sourceipaddress AS ip,
  errorcode AS error,
  eventid AS id
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND eventsource = 'cloudtrail.amazonaws.com'
  AND eventname IN (
    'CreateTrail',
    'DeleteTrail',
    'StartLogging',
    'StopLogging',
    'UpdateTrail',
    'PutEventSelectors',
    'PutInsightSelectors',
    'PutEventConfiguration',
    'AddTags',
    'RemoveTags'
  )
ORDER BY eventtime DESC, eventid DESC
LIMIT :limit
