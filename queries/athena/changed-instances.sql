-- Title: EC2 instances stopped, started or terminated
-- Purpose: Who stopped, started, rebooted or terminated which instance; of several in one call the first is named.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventtime AS time,
  eventname AS event,
  json_extract_scalar(requestparameters, '$.instancesSet.items[0].instanceId') AS instance,
  json_extract_scalar(responseelements, '$.instancesSet.items[0].currentState.name') AS state,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS principal,
  errorcode AS error
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND eventsource = 'ec2.amazonaws.com'
  AND eventname IN ('StopInstances', 'StartInstances', 'RebootInstances', 'TerminateInstances')
ORDER BY eventtime DESC, eventid DESC
LIMIT :limit
