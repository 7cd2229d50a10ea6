-- Title: Failed console logins
-- Purpose: Who tried to sign in to the console and was refused.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventtime AS time,
  useridentity.type AS identity_type,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS principal,
  sourceipaddress AS ip,
  json_extract_scalar(additionaleventdata, '$.MFAUsed') AS mfa,
  json_extract_scalar(responseelements, '$.ConsoleLogin') AS result,
  awsregion AS aws_region
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND eventname = 'ConsoleLogin'
  AND json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Failure'
ORDER BY eventtime DESC, eventid DESC
LIMIT :limit
