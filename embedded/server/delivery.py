"""Delivers events of trails: to EventBridge, to a log group, and as files to the log bucket."""

from __future__ import annotations

import gzip
import json
import logging
import secrets
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from embedded.adapter import eventbridge, gateway, logs, s3, topics
from embedded.server import dependencies, names
from embedded.server.ec2_states import DETAIL_TYPE, SOURCE, state_changes
from embedded.server.trails import Coverage, Trail, TrailSettings

EVENT_LIMIT = 256 * 1024
"""Bytes; larger events reach files only, not EventBridge or CloudWatch Logs (CloudTrail limits)."""
_KEPT_LOG_EVENTS = 10_000
_FILE_NAME_CHARACTERS = string.ascii_letters + string.digits

_log = logging.getLogger("embedded.delivery")

Record = Mapping[str, Any]
Clock = Callable[[], datetime]


@dataclass
class _Waiting:
    """What one trail still has to deliver, and the settings it last had."""

    trail: Trail
    settings: TrailSettings
    files: dict[str, list[Record]] = field(default_factory=dict)
    log_events: list[tuple[int, str]] = field(default_factory=list)


class Delivery:
    """Takes the records of covered calls and brings each to where its trails want it.

    Files are written by `flush`, log events and EventBridge events at once. What cannot be
    delivered waits for the next flush, as CloudTrail tries again for 30 days.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        state_change_first: bool = True,
        drops: Callable[[Record], bool] = lambda record: False,
        holds_files: Callable[[], bool] = lambda: False,
    ) -> None:
        self._clock = clock
        self._drops = drops
        self._holds_files = holds_files
        self._state_change_first = state_change_first
        self._waiting: dict[str, _Waiting] = {}

    def take(self, record: Record, coverages: Sequence[Coverage]) -> None:
        """Deliver the record of a call that these trails cover."""
        text = json.dumps(record)
        fits = len(text.encode()) <= EVENT_LIMIT
        if record["managementEvent"] and not record["readOnly"]:
            reaches_bus = bool(coverages) and fits and not self._drops(record)
            with gateway.scope(record["recipientAccountId"], record["awsRegion"]):
                self._to_bus(record, reaches_bus)
        for coverage in coverages:
            waiting = self._waiting.setdefault(
                coverage.trail.arn, _Waiting(coverage.trail, coverage.settings)
            )
            waiting.trail, waiting.settings = coverage.trail, coverage.settings
            waiting.files.setdefault(record["awsRegion"], []).append(record)
            if coverage.settings.cloud_watch_logs_log_group_arn and fits:
                at = int(self._clock().timestamp() * 1000)
                waiting.log_events.append((at, text))
                self._to_logs(waiting, coverage.settings)

    def flush(self, trails: Mapping[str, Trail]) -> None:
        """Write the files that are due; `trails` are those that exist now, by ARN."""
        held = self._holds_files()
        for arn, waiting in list(self._waiting.items()):
            trail = trails.get(arn)
            if trail is not None:
                waiting.trail, waiting.settings = trail, trail.settings
            self._to_logs(waiting, waiting.settings)
            for region in list(waiting.files):
                if held or not self._to_bucket(waiting, region, waiting.files[region]):
                    break
                del waiting.files[region]
            if not waiting.files and not waiting.log_events:
                del self._waiting[arn]

    def _to_bus(self, record: Record, reaches_bus: bool) -> None:
        """EC2 tells of its instances itself, whether or not a trail logs the call."""
        if self._state_change_first:
            self._state_changes(record)
        if reaches_bus:
            eventbridge.put_event(
                source=names.bus_source(record["eventSource"]),
                detail_type="AWS API Call via CloudTrail",
                detail=dict(record),
            )
        if not self._state_change_first:
            self._state_changes(record)

    def _state_changes(self, record: Record) -> None:
        for change in state_changes(record):
            eventbridge.put_event(
                source=SOURCE,
                detail_type=DETAIL_TYPE,
                detail=dict(change.detail),
                resources=(change.instance_arn,),
            )

    def _to_logs(self, waiting: _Waiting, settings: TrailSettings) -> None:
        if not waiting.log_events:
            return
        if not settings.cloud_watch_logs_log_group_arn:
            waiting.log_events.clear()
            return
        trail, state = waiting.trail, waiting.trail.delivery
        stream = log_stream(trail)
        problem = dependencies.logs_delivery_problem(trail, settings, stream)
        if problem:
            state.latest_logs_delivery_error = problem
            del waiting.log_events[:-_KEPT_LOG_EVENTS]
            return
        group = dependencies.log_group(settings.cloud_watch_logs_log_group_arn)
        assert group is not None
        logs.ensure_stream(group.account_id, group.region, group.name, stream)
        logs.put_log_events(group.account_id, group.region, group.name, stream, waiting.log_events)
        waiting.log_events.clear()
        state.latest_logs_delivery = self._clock()
        state.latest_logs_delivery_error = ""

    def _to_bucket(self, waiting: _Waiting, region: str, records: Sequence[Record]) -> bool:
        trail, settings, state = waiting.trail, waiting.settings, waiting.trail.delivery
        now = self._clock()
        key = file_key(trail, settings, region, now)
        problem = dependencies.bucket_delivery_problem(trail, settings, key)
        if problem:
            state.latest_delivery_error = problem
            return False
        headers = {
            "content-type": "application/json",
            "content-encoding": "gzip",
            "x-amz-acl": "bucket-owner-full-control",
        }
        if settings.kms_key_id:
            headers["x-amz-server-side-encryption"] = "aws:kms"
            headers["x-amz-server-side-encryption-aws-kms-key-id"] = settings.kms_key_id
        body = gzip.compress(json.dumps({"Records": list(records)}).encode(), mtime=0)
        status = s3.put_object(
            settings.s3_bucket_name,
            key,
            body,
            region=trail.home_region,
            headers=headers,
        )
        if status >= 300:
            _log.warning("%s answered %s to %s", settings.s3_bucket_name, status, key)
            state.latest_delivery_error = "InternalError"
            return False
        state.latest_delivery = now
        state.latest_delivery_error = ""
        self._notify(waiting, key)
        return True

    def _notify(self, waiting: _Waiting, key: str) -> None:
        """Tell the trail's topic of a file; one that cannot be told misses it."""
        trail, settings, state = waiting.trail, waiting.settings, waiting.trail.delivery
        if not settings.sns_topic_arn:
            return
        message = json.dumps({"s3Bucket": settings.s3_bucket_name, "s3ObjectKey": [key]})
        problem = topics.publish(
            settings.sns_topic_arn, message, service=dependencies.SERVICE, source_arn=trail.arn
        )
        state.latest_notification_error = problem
        if not problem:
            state.latest_notification = self._clock()


def log_stream(trail: Trail) -> str:
    """The stream of the log group that a trail's events go to."""
    return f"{trail.account_id}_CloudTrail_{trail.home_region}"


def file_key(trail: Trail, settings: TrailSettings, region: str, at: datetime) -> str:
    """The key of a new log file with events of a region (CloudTrail user guide, log file names)."""
    prefix = f"{settings.s3_key_prefix}/" if settings.s3_key_prefix else ""
    unique = "".join(secrets.choice(_FILE_NAME_CHARACTERS) for _ in range(16))
    return (
        f"{prefix}AWSLogs/{trail.account_id}/CloudTrail/{region}/{at:%Y/%m/%d}/"
        f"{trail.account_id}_CloudTrail_{region}_{at:%Y%m%dT%H%MZ}_{unique}.json.gz"
    )
