-- Title: All RunInstances events, whole
-- Purpose: Every RunInstances record with all that it says, denied ones included.
-- Parameter: limit (number, default 100): How many rows at most.

SELECT
  eventtime AS time,
  eventid AS id,
  JSON_FORMAT(
    CAST(MAP_FILTER(
      MAP(
        ARRAY['eventVersion', 'userIdentity', 'eventTime', 'eventSource', 'eventName', 'awsRegion', 'sourceIPAddress', 'userAgent', 'errorCode', 'errorMessage', 'requestParameters', 'responseElements', 'additionalEventData', 'requestID', 'eventID', 'readOnly', 'resources', 'eventType', 'apiVersion', 'recipientAccountId', 'serviceEventDetails', 'sharedEventID', 'vpcEndpointId', 'vpcEndpointAccountId', 'eventCategory', 'addendum', 'sessionCredentialFromConsole', 'edgeDeviceDetails', 'tlsDetails', 'managementEvent'],
        ARRAY[CAST(eventversion AS JSON), IF(
          useridentity IS NULL,
          NULL,
          CAST(MAP_FILTER(
            MAP(
              ARRAY['type', 'principalId', 'arn', 'accountId', 'invokedBy', 'accessKeyId', 'userName', 'onBehalfOf', 'sessionContext'],
              ARRAY[CAST(useridentity.type AS JSON), CAST(useridentity.principalid AS JSON), CAST(useridentity.arn AS JSON), CAST(useridentity.accountid AS JSON), CAST(useridentity.invokedby AS JSON), CAST(useridentity.accesskeyid AS JSON), CAST(useridentity.username AS JSON), IF(
                useridentity.onbehalfof IS NULL,
                NULL,
                CAST(MAP_FILTER(
                  MAP(
                    ARRAY['userId', 'identityStoreArn'],
                    ARRAY[CAST(useridentity.onbehalfof.userid AS JSON), CAST(useridentity.onbehalfof.identitystorearn AS JSON)]
                  ),
                  (name, value) -> NOT value IS NULL
                ) AS JSON)
              ), IF(
                useridentity.sessioncontext IS NULL,
                NULL,
                CAST(MAP_FILTER(
                  MAP(
                    ARRAY['attributes', 'sessionIssuer', 'ec2RoleDelivery', 'webIdFederationData'],
                    ARRAY[IF(
                      useridentity.sessioncontext.attributes IS NULL,
                      NULL,
                      CAST(MAP_FILTER(
                        MAP(
                          ARRAY['mfaAuthenticated', 'creationDate'],
                          ARRAY[CAST(useridentity.sessioncontext.attributes.mfaauthenticated AS JSON), CAST(useridentity.sessioncontext.attributes.creationdate AS JSON)]
                        ),
                        (name, value) -> NOT value IS NULL
                      ) AS JSON)
                    ), IF(
                      useridentity.sessioncontext.sessionissuer IS NULL,
                      NULL,
                      CAST(MAP_FILTER(
                        MAP(
                          ARRAY['type', 'principalId', 'arn', 'accountId', 'userName'],
                          ARRAY[CAST(useridentity.sessioncontext.sessionissuer.type AS JSON), CAST(useridentity.sessioncontext.sessionissuer.principalid AS JSON), CAST(useridentity.sessioncontext.sessionissuer.arn AS JSON), CAST(useridentity.sessioncontext.sessionissuer.accountid AS JSON), CAST(useridentity.sessioncontext.sessionissuer.username AS JSON)]
                        ),
                        (name, value) -> NOT value IS NULL
                      ) AS JSON)
                    ), CAST(useridentity.sessioncontext.ec2roledelivery AS JSON), IF(
                      useridentity.sessioncontext.webidfederationdata IS NULL,
                      NULL,
                      CAST(MAP_FILTER(
                        MAP(
                          ARRAY['federatedProvider', 'attributes'],
                          ARRAY[CAST(useridentity.sessioncontext.webidfederationdata.federatedprovider AS JSON), CAST(useridentity.sessioncontext.webidfederationdata.attributes AS JSON)]
                        ),
                        (name, value) -> NOT value IS NULL
                      ) AS JSON)
                    )]
                  ),
                  (name, value) -> NOT value IS NULL
                ) AS JSON)
              )]
            ),
            (name, value) -> NOT value IS NULL
          ) AS JSON)
        ), CAST(eventtime AS JSON), CAST(eventsource AS JSON), CAST(eventname AS JSON), CAST(awsregion AS JSON), CAST(sourceipaddress AS JSON), CAST(useragent AS JSON), CAST(errorcode AS JSON), CAST(errormessage AS JSON), COALESCE(TRY(JSON_PARSE(requestparameters)), CAST(requestparameters AS JSON)), COALESCE(TRY(JSON_PARSE(responseelements)), CAST(responseelements AS JSON)), COALESCE(TRY(JSON_PARSE(additionaleventdata)), CAST(additionaleventdata AS JSON)), CAST(requestid AS JSON), CAST(eventid AS JSON), COALESCE(TRY(JSON_PARSE(readonly)), CAST(readonly AS JSON)), CAST(TRANSFORM(
          resources,
          item -> IF(
            item IS NULL,
            NULL,
            CAST(MAP_FILTER(
              MAP(
                ARRAY['ARN', 'accountId', 'type'],
                ARRAY[CAST(item.arn AS JSON), CAST(item.accountid AS JSON), CAST(item.type AS JSON)]
              ),
              (name, value) -> NOT value IS NULL
            ) AS JSON)
          )
        ) AS JSON), CAST(eventtype AS JSON), CAST(apiversion AS JSON), CAST(recipientaccountid AS JSON), COALESCE(TRY(JSON_PARSE(serviceeventdetails)), CAST(serviceeventdetails AS JSON)), CAST(sharedeventid AS JSON), CAST(vpcendpointid AS JSON), CAST(vpcendpointaccountid AS JSON), CAST(eventcategory AS JSON), IF(
          addendum IS NULL,
          NULL,
          CAST(MAP_FILTER(
            MAP(
              ARRAY['reason', 'updatedFields', 'originalRequestID', 'originalEventID'],
              ARRAY[CAST(addendum.reason AS JSON), CAST(addendum.updatedfields AS JSON), CAST(addendum.originalrequestid AS JSON), CAST(addendum.originaleventid AS JSON)]
            ),
            (name, value) -> NOT value IS NULL
          ) AS JSON)
        ), CAST(sessioncredentialfromconsole AS JSON), COALESCE(TRY(JSON_PARSE(edgedevicedetails)), CAST(edgedevicedetails AS JSON)), IF(
          tlsdetails IS NULL,
          NULL,
          CAST(MAP_FILTER(
            MAP(
              ARRAY['tlsVersion', 'cipherSuite', 'clientProvidedHostHeader'],
              ARRAY[CAST(tlsdetails.tlsversion AS JSON), CAST(tlsdetails.ciphersuite AS JSON), CAST(tlsdetails.clientprovidedhostheader AS JSON)]
            ),
            (name, value) -> NOT value IS NULL
          ) AS JSON)
        ), CAST(eventcategory = 'Management' AS JSON)]
      ),
      (name, value) -> NOT value IS NULL
    ) AS JSON)
  ) AS record
FROM cloudtrail_logs
WHERE day BETWEEN :first_day AND :last_day
  AND eventtime >= :since
  AND eventtime < :until
  AND eventsource = 'ec2.amazonaws.com'
  AND eventname = 'RunInstances'
ORDER BY eventtime DESC, eventid DESC
LIMIT :limit
