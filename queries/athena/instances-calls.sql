-- Title: Calls of any API that ends in Instances
-- Purpose: Who called RunInstances, DescribeInstances and the like since a time.
-- Parameter: after (time, default "2020-01-01T00:00:00Z"): From when on, within the span that is searched.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS principal,
  eventtime AS time,
  eventname AS event
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND eventname LIKE '%Instances'
  AND eventtime >= :after
ORDER BY eventtime DESC, eventid DESC
LIMIT :limit
