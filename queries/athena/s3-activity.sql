-- Title: S3 activity by API, bucket and key
-- Purpose: Which buckets and objects were touched how often; objects need data events.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventname AS event,
  json_extract_scalar(requestparameters, '$.bucketName') AS bucket,
  json_extract_scalar(requestparameters, '$.key') AS object_key,
  count(*) AS calls
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND eventsource = 's3.amazonaws.com'
GROUP BY 1, 2, 3
ORDER BY calls DESC, event, bucket, object_key
LIMIT :limit
