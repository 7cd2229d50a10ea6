"""The trails of the account: their settings, their state, and which of them cover an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from embedded.server import names
from embedded.server.selectors import DEFAULT_SELECTORS, Selectors, select


@dataclass(frozen=True)
class TrailSettings:
    """What CreateTrail and UpdateTrail set; an empty string is an option that is not set."""

    s3_bucket_name: str
    s3_key_prefix: str = ""
    sns_topic_arn: str = ""
    include_global_service_events: bool = True
    is_multi_region_trail: bool = False
    log_file_validation_enabled: bool = False
    cloud_watch_logs_log_group_arn: str = ""
    cloud_watch_logs_role_arn: str = ""
    kms_key_id: str = ""
    is_organization_trail: bool = False
    recursive_logging: bool = True


@dataclass
class DeliveryState:
    """What GetTrailStatus tells of deliveries; an empty error is none."""

    latest_delivery: datetime | None = None
    latest_delivery_error: str = ""
    latest_logs_delivery: datetime | None = None
    latest_logs_delivery_error: str = ""
    latest_notification: datetime | None = None
    latest_notification_error: str = ""

    def age(self, by: timedelta) -> None:
        """Let everything have been delivered earlier by that time."""
        for name in ("latest_delivery", "latest_logs_delivery", "latest_notification"):
            if (at := getattr(self, name)) is not None:
                setattr(self, name, at - by)


@dataclass
class Trail:
    """One trail, in its home region."""

    account_id: str
    home_region: str
    name: str
    settings: TrailSettings
    is_logging: bool = False
    started: datetime | None = None
    stopped: datetime | None = None
    selectors: Selectors = field(default_factory=lambda: DEFAULT_SELECTORS)
    insight_selectors: Sequence[Mapping[str, Any]] = ()
    event_configuration: Mapping[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    delivery: DeliveryState = field(default_factory=DeliveryState)

    @property
    def arn(self) -> str:
        """The trail's ARN."""
        return trail_arn(self.account_id, self.home_region, self.name)

    def age(self, by: timedelta) -> None:
        """Let everything that its status tells have happened earlier by that time."""
        self.started = self.started and self.started - by
        self.stopped = self.stopped and self.stopped - by
        self.delivery.age(by)

    def is_in(self, region: str) -> bool:
        """Whether the trail, or its shadow, is in a region."""
        return self.settings.is_multi_region_trail or self.home_region == region


@dataclass(frozen=True)
class Coverage:
    """A trail as it was at one moment; a call is covered by what was before or after it."""

    trail: Trail
    settings: TrailSettings
    selectors: Selectors

    def covers(self, record: Mapping[str, Any], *, is_global: bool) -> bool:
        """Whether the trail, logging as it then was, takes an event."""
        if record["recipientAccountId"] != self.trail.account_id:
            return False
        in_region = (
            self.settings.is_multi_region_trail or self.trail.home_region == record["awsRegion"]
        )
        if not in_region or (is_global and not self.settings.include_global_service_events):
            return False
        return select(self.selectors, record)


class TrailStore:
    """All trails, by account, home region and name."""

    def __init__(self) -> None:
        self._trails: dict[tuple[str, str, str], Trail] = {}

    def __iter__(self) -> Iterator[Trail]:
        return iter(list(self._trails.values()))

    def get(self, account_id: str, region: str, name: str) -> Trail | None:
        """The trail whose home is that region."""
        return self._trails.get((account_id, region, name))

    def add(self, trail: Trail) -> None:
        """Keep a new trail."""
        self._trails[(trail.account_id, trail.home_region, trail.name)] = trail

    def remove(self, trail: Trail) -> None:
        """Forget a trail."""
        del self._trails[(trail.account_id, trail.home_region, trail.name)]

    def age(self, seconds: float) -> None:
        """Let time pass: what the trails did was so many seconds earlier."""
        for trail in self:
            trail.age(timedelta(seconds=seconds))

    def of(self, account_id: str) -> list[Trail]:
        """The trails of one account."""
        return [trail for trail in self if trail.account_id == account_id]

    def logging(self) -> list[Coverage]:
        """The trails that log now, as they are now."""
        return [
            Coverage(trail, trail.settings, trail.selectors) for trail in self if trail.is_logging
        ]


def trail_arn(account_id: str, region: str, name: str) -> str:
    """The ARN of a trail."""
    return f"arn:aws:cloudtrail:{region}:{account_id}:trail/{name}"


def covering(
    before: Sequence[Coverage], after: Sequence[Coverage], record: Mapping[str, Any], service: str
) -> list[Coverage]:
    """The trails that take the event of a call, once each: those that did before it or do after it.

    So StopLogging, DeleteTrail and a PutEventSelectors that selects nothing are still recorded.
    """
    is_global = names.is_global(service)
    taken: dict[str, Coverage] = {}
    for coverage in (*after, *before):
        if coverage.trail.arn not in taken and coverage.covers(record, is_global=is_global):
            taken[coverage.trail.arn] = coverage
    return list(taken.values())
