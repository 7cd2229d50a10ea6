"""CloudWatch Logs as a delivering service uses it: make sure of a stream, put events."""

from __future__ import annotations

from collections.abc import Sequence

from ministack.core.responses import request_scope
from ministack.services import cloudwatch_logs

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.responses:request_scope(account_id, region)",
    "ministack.services.cloudwatch_logs:_log_groups",
    "ministack.services.cloudwatch_logs:_create_log_stream(data)",
    "ministack.services.cloudwatch_logs:_put_log_events(data)",
)


def group_exists(account_id: str, region: str, group: str) -> bool:
    """Whether the account has a log group of that name in a region."""
    with request_scope(account_id, region):
        return group in cloudwatch_logs._log_groups


def ensure_stream(account_id: str, region: str, group: str, stream: str) -> None:
    """Make the stream if its group, which must exist, does not have it yet."""
    with request_scope(account_id, region):
        if stream not in cloudwatch_logs._log_groups[group]["streams"]:
            cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})


def put_log_events(
    account_id: str, region: str, group: str, stream: str, events: Sequence[tuple[int, str]]
) -> None:
    """Append events, each a time in epoch milliseconds and a message, to an existing stream."""
    with request_scope(account_id, region):
        cloudwatch_logs._put_log_events(
            {
                "logGroupName": group,
                "logStreamName": stream,
                "logEvents": [{"timestamp": at, "message": text} for at, text in events],
            }
        )
