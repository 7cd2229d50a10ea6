"""Subscription filters of log groups that lead to Kinesis or Firehose, by their own role.

Source: CloudWatch Logs user guide, "Log group-level subscription filters": the role is assumed by
logs.amazonaws.com, a test message is put into the stream when the filter is made, and batches are
gzip-compressed JSON.
"""

from __future__ import annotations

import base64
import gzip
import json
import uuid
from collections.abc import Sequence
from typing import Any

from ministack.services import cloudwatch_logs, firehose, kinesis

from embedded.adapter import gateway
from embedded.adapter.log_actions import Data, Response, refused

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.cloudwatch_logs:_fanout_to_subscription_filters"
    "(group_name, stream_name, events)",
    "ministack.services.cloudwatch_logs:_log_groups",
    "ministack.services.cloudwatch_logs:_put_subscription_filter(data)",
    "ministack.services.cloudwatch_logs:_subscription_pattern_matches(pattern, message)",
    "ministack.services.firehose:_put_record(data)",
    "ministack.services.kinesis:put_record_internal(stream_arn, partition_key, data)",
)

_SERVICE = "logs.amazonaws.com"
_ACTIONS = {"kinesis": "kinesis:PutRecord", "firehose": "firehose:PutRecord"}
_NAMES = {"kinesis": "Kinesis", "firehose": "Firehose"}


def install() -> None:
    """Deliver to streams beside the functions that the emulator delivers to."""
    to_functions = cloudwatch_logs._fanout_to_subscription_filters
    put = cloudwatch_logs._put_subscription_filter

    def fanned_out(group_name: str, stream_name: str, events: Sequence[Data]) -> None:
        to_functions(group_name, stream_name, events)
        group = cloudwatch_logs._log_groups.get(group_name) or {}
        for each in (group.get("subscriptionFilters") or {}).values():
            matching = [
                event
                for event in events
                if cloudwatch_logs._subscription_pattern_matches(
                    each.get("filterPattern", ""), event.get("message", "")
                )
            ]
            if _service(each) and matching:
                _deliver(each, _batch(group_name, stream_name, each, matching))

    def put_subscription_filter(data: Data) -> Response:
        service = _service(data)
        if service and not _deliver(data, _test_message(data)):
            name = _NAMES[service]
            return refused(
                "InvalidParameterException",
                f"Could not deliver test message to specified {name} stream. Check if the given "
                f"{name.lower()} stream is in ACTIVE state.",
            )
        answer: Response = put(data)
        return answer

    cloudwatch_logs._fanout_to_subscription_filters = fanned_out
    cloudwatch_logs._put_subscription_filter = put_subscription_filter


def _service(subscription: Data) -> str | None:
    """The service of the stream that a filter leads to, None if it leads to none."""
    service = str(subscription.get("destinationArn", "")).split(":")[2:3]
    return service[0] if service and service[0] in _ACTIONS else None


def _deliver(subscription: Data, document: Data) -> bool:
    """Put a batch into the stream, as far as the filter's role may; whether it is there."""
    service, destination = _service(subscription), subscription["destinationArn"]
    role = subscription.get("roleArn") or ""
    if service is None or not role.startswith("arn:"):
        return False
    if not gateway.service_may_assume(role, _SERVICE):
        return False
    if not gateway.role_allows(role, _ACTIONS[service], destination):
        return False
    data = gzip.compress(json.dumps(document).encode())
    with gateway.scope(gateway.account(), destination.split(":")[3]):
        if service == "kinesis":
            return bool(kinesis.put_record_internal(destination, uuid.uuid4().hex, data))
        # By the public API it would wait, which the emulator's loop cannot do for itself.
        name, record = destination.rsplit("/", 1)[-1], base64.b64encode(data).decode()
        answer = firehose._put_record({"DeliveryStreamName": name, "Record": {"Data": record}})
        return bool(answer[0] < 400)


def _batch(group: str, stream: str, subscription: Data, events: Sequence[Data]) -> Data:
    return {
        "messageType": "DATA_MESSAGE",
        "owner": gateway.account(),
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": [subscription["filterName"]],
        "logEvents": [
            {
                "id": uuid.uuid4().hex,
                "timestamp": each.get("timestamp"),
                "message": each.get("message", ""),
            }
            for each in events
        ],
    }


def _test_message(subscription: Data) -> dict[str, Any]:
    return {
        "messageType": "CONTROL_MESSAGE",
        "owner": "CloudwatchLogs",
        "logGroup": "",
        "logStream": "",
        "subscriptionFilters": [],
        "logEvents": [
            {
                "id": "",
                "timestamp": 0,
                "message": "CWL CONTROL MESSAGE: Checking health of destination "
                f"{_NAMES[str(_service(subscription))]}.",
            }
        ],
    }
