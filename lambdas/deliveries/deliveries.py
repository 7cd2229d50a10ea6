"""One delivered log file: is it one of ours, was it counted, what is in it, can it be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.deliveries.counting import counted, metrics
from lambdas.deliveries.log_file import UnreadableFileError, records
from trailkeeper.alerts.delivery_alerts import unreadable_file
from trailkeeper.environments.deliveries import DeliveriesEnviron
from trailkeeper.state.alert_items import Counted

# EventBridge tries for a day at most.
_KEPT = timedelta(days=2)


class Deliveries:
    """Counts log files; nothing but the name of a file is taken from an event."""

    def __init__(
        self,
        environ: DeliveriesEnviron,
        *,
        s3: Any,
        sqs: Any,
        dynamodb: Any,
        write: Callable[[str], None],
        clock: Callable[[], float],
        now: Callable[[], datetime],
        warn: Callable[..., None],
    ) -> None:
        self._environ = environ
        self._s3 = s3
        self._sqs = sqs
        self._dynamodb = dynamodb
        self._write = write
        self._clock = clock
        self._now = now
        self._warn = warn
        account = re.escape(environ.account)
        self._ours = re.compile(
            rf"AWSLogs/(?:o-[a-z0-9]+/)?{account}/CloudTrail/[a-z0-9-]+/\d{{4}}/\d\d/\d\d/"
            r"[\w.-]+\.json\.gz"
        )

    def take(self, event: Any) -> dict[str, Any]:
        """Count the file that an event names; the answer says what came of it.

        Raises:
            ClientError, BotoCoreError: the file could not be had.
        """
        key = self._key(event)
        if key is None:
            return {"outcome": "not a log file of ours"}
        try:
            found = self._s3.get_object(
                Bucket=self._environ.log_bucket,
                Key=key,
                ExpectedBucketOwner=self._environ.account,
            )
            counts = counted(records(found["Body"]))
        except UnreadableFileError as error:
            return self._tell(key, str(error))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "NoSuchKey":
                raise
            return self._tell(key, "gone")
        if not self._is_first(key, str(found.get("VersionId") or found.get("ETag") or "")):
            return {"outcome": "counted before", "key": key}
        for line in metrics(counts, self._clock()):
            self._write(line)
        return {"outcome": "counted", "key": key, "records": sum(counts.values())}

    def _key(self, event: Any) -> str | None:
        detail = event.get("detail") if isinstance(event, Mapping) else None
        bucket = detail.get("bucket") if isinstance(detail, Mapping) else None
        stored = detail.get("object") if isinstance(detail, Mapping) else None
        if not isinstance(bucket, Mapping) or not isinstance(stored, Mapping):
            return None
        key = stored.get("key")
        if bucket.get("name") != self._environ.log_bucket or not isinstance(key, str):
            return None
        return key if self._ours.fullmatch(key) else None

    def _tell(self, key: str, why: str) -> dict[str, Any]:
        alert = unreadable_file(
            self._environ.log_bucket,
            key,
            why,
            account=self._environ.account,
            region=self._environ.region,
            now=self._now(),
        )
        self._sqs.send_message(QueueUrl=self._environ.alerts_queue_url, MessageBody=alert.to_json())
        return {"outcome": "unreadable", "key": key, "why": why}

    def _is_first(self, key: str, version: str) -> bool:
        """Whether this version of the file was not counted yet; yes when nobody can tell."""
        try:
            self._dynamodb.put_item(
                TableName=self._environ.table,
                Item=Counted(key, version).item(self._now() + _KEPT),
                ConditionExpression="attribute_not_exists(id)",
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
                return False
            self._warn("Nobody knows whether a file was counted", error=str(error))
        except BotoCoreError as error:
            self._warn("Nobody knows whether a file was counted", error=str(error))
        return True
