-- Title: KMS Decrypt calls per hour
-- Purpose: Whether decryption rises.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  replace(substr(eventtime, 1, 13), 'T', ' ') || ':00:00.000' AS hour,
  count(*) AS calls
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND eventsource = 'kms.amazonaws.com'
  AND eventname = 'Decrypt'
GROUP BY 1
ORDER BY hour DESC
LIMIT :limit
