-- Title: S3 errors by code and message
-- Purpose: What S3 refused and why.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  errorcode AS error,
  errormessage AS message,
  count(*) AS calls
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND eventsource = 's3.amazonaws.com'
  AND errorcode IS NOT NULL
GROUP BY 1, 2
ORDER BY calls DESC, error, message
LIMIT :limit
