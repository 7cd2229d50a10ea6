-- Title: What one principal did
-- Purpose: Every call of a user, a role or a session, by its ARN, name or unique id.
-- Parameter: principal (text, example "arn:aws:iam::111122223333:user/example"): ARN, name or unique id of the user or role.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventtime AS time,
  eventname AS event,
  eventsource AS source,
  awsregion AS aws_region,
  sourceipaddress AS ip,
  errorcode AS error,
  eventid AS id
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND (
    useridentity.arn = :principal
    OR useridentity.username = :principal
    OR useridentity.principalid = :principal
    OR useridentity.sessioncontext.sessionissuer.arn = :principal
    OR useridentity.sessioncontext.sessionissuer.username = :principal
  )
ORDER BY eventtime DESC, eventid DESC
LIMIT :limit
