-- Title: Calls from an address new for a principal
-- Purpose: Addresses that a principal used after a time and never before it within the span.
-- Parameter: after (time, default "2020-01-01T00:00:00Z"): Addresses first seen from then on are new.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  useridentity.arn AS principal,
  sourceipaddress AS ip,
  min(eventtime) AS first_seen,
  max(eventtime) AS last_seen,
  count(*) AS calls
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND useridentity.arn IS NOT NULL
GROUP BY 1, 2
HAVING min(eventtime) >= :after
ORDER BY first_seen DESC, principal, ip
LIMIT :limit
