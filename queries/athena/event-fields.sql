-- Title: Individual fields of events
-- Purpose: Break out who, what, where, with what and with which result, one column each.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventtime AS time,
  eventsource AS source,
  eventname AS event,
  awsregion AS aws_region,
  recipientaccountid AS aws_account,
  useridentity.type AS identity_type,
  useridentity.arn AS arn,
  useridentity.username AS user_name,
  useridentity.accesskeyid AS access_key,
  useridentity.sessioncontext.sessionissuer.username AS role,
  sourceipaddress AS ip,
  useragent AS agent,
  errorcode AS error,
  errormessage AS message,
  requestid AS request_id,
  eventid AS id
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
ORDER BY eventtime DESC, eventid DESC
LIMIT :limit
