-- Title: Recently launched EC2 instances
-- Purpose: Who launched which instance; of a call that launched several the first is named.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventtime AS time,
  eventname AS event,
  json_extract_scalar(responseelements, '$.instancesSet.items[0].instanceId') AS instance,
  useridentity.sessioncontext.sessionissuer.type AS issuer_type,
  useridentity.type AS identity_type,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS principal,
  awsregion AS aws_region
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND eventsource = 'ec2.amazonaws.com'
  AND eventname = 'RunInstances'
  AND errorcode IS NULL
ORDER BY eventtime DESC, eventid DESC
LIMIT :limit
