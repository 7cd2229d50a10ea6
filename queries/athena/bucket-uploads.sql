-- Title: PutObject on one bucket
-- Purpose: Who wrote which object into a bucket; needs data events.
-- Parameter: bucket (text, example "example-bucket"): The name of the bucket.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventtime AS time,
  json_extract_scalar(requestparameters, '$.key') AS object_key,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS principal,
  sourceipaddress AS ip,
  errorcode AS error
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND eventsource = 's3.amazonaws.com'
  AND eventname = 'PutObject'
  AND json_extract_scalar(requestparameters, '$.bucketName') = :bucket
ORDER BY eventtime DESC, eventid DESC
LIMIT :limit
