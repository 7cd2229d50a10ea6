-- Title: Denied calls by service, API, identity type and invokedBy
-- Purpose: Who lacks a right, or tries what it should not.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventsource AS source,
  eventname AS event,
  useridentity.type AS identity_type,
  useridentity.invokedby AS invoked_by,
  count(*) AS calls
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND regexp_like(errorcode, 'AccessDenied|UnauthorizedOperation')
GROUP BY 1, 2, 3, 4
ORDER BY calls DESC, source, event, identity_type, invoked_by
LIMIT :limit
