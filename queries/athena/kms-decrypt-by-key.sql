-- Title: KMS Decrypt by key and user
-- Purpose: Who decrypted with which key, how often.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  coalesce(element_at(resources, 1).arn, json_extract_scalar(requestparameters, '$.keyId')) AS kms_key,
  coalesce(useridentity.arn, useridentity.principalid, useridentity.invokedby) AS principal,
  count(*) AS calls
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND eventsource = 'kms.amazonaws.com'
  AND eventname = 'Decrypt'
GROUP BY 1, 2
ORDER BY calls DESC, kms_key, principal
LIMIT :limit
