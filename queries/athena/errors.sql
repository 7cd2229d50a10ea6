-- Title: Calls with errors by service, API and code
-- Purpose: What fails most.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventsource AS source,
  eventname AS event,
  errorcode AS error,
  count(*) AS calls
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND errorcode IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY calls DESC, source, event, error
LIMIT :limit
