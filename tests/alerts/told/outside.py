"""What people are told of other trails, and of what somebody made up or swapped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.alerts.told.evidence import BASELINE, NOW, SINCE, call
from trailkeeper.alerts import (
    baseline_alerts,
    caller_alerts,
    forged_alerts,
    other_trail_alerts,
    state_alerts,
    webhook_alerts,
)
from trailkeeper.alerts.alert import Alert
from trailkeeper.detections import DETECTIONS
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.trails import Differs, ListedTrail

ARN = "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit"
AUDIT = ListedTrail(
    "audit",
    ARN,
    "us-east-1",
    False,
    True,
    {
        "S3BucketName": "audit-logs",
        "S3KeyPrefix": "all",
        "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:audit:*",
        "SnsTopicARN": "arn:aws:sns:us-east-1:111122223333:audit",
    },
    logging=True,
)
ORG = ListedTrail(
    "org",
    "arn:aws:cloudtrail:us-east-1:999999999999:trail/org",
    "us-east-1",
    True,
    True,
    {"S3BucketName": "org-logs", "IsOrganizationTrail": "true"},
    logging=True,
)
PLACE = {"account": "111122223333", "region": "us-east-1"}


def stopped(result: str, error: str = "", verified: bool | None = None) -> tuple[Alert]:
    stop = call("trail-stopped", "StopLogging", requestParameters={"name": "audit"})
    return (other_trail_alerts.stopped(stop, BASELINE, ARN, result, error, verified=verified),)


def called(
    detection: str,
    name: str,
    before: ListedTrail | None = AUDIT,
    after: ListedTrail | None = None,
    hint: str = "audit",
    **detail: Any,
) -> tuple[Alert]:
    (known,) = (each for each in DETECTIONS if each.id == detection)
    detail = {"requestParameters": {"name": hint}, **detail}
    event = call(detection, name, **detail)
    return (other_trail_alerts.called(event, known, BASELINE, hint, before=before, after=after),)


def found(before: ListedTrail | None, after: ListedTrail | None) -> tuple[Alert]:
    seen = NOW - timedelta(minutes=30)
    return (other_trail_alerts.found(BASELINE, NOW, seen, before=before, after=after),)


def redirected(trail: ListedTrail) -> ListedTrail:
    return replace(trail, settings={**trail.settings, "S3BucketName": "somebody-elses-bucket"})


OTHER_TRAILS: dict[str, Callable[[], tuple[Alert, ...]]] = {
    "started-again": lambda: stopped("started_again", verified=True),
    "left-stopped": lambda: stopped("ignored"),
    "not-started": lambda: stopped("failed", "AccessDenied", verified=False),
    "redirected": lambda: called("trail-changed", "UpdateTrail", after=redirected(AUDIT)),
    "deleted": lambda: called("trail-deleted", "DeleteTrail"),
    "narrowed-and-never-listed": lambda: called(
        "trail-selectors-changed",
        "PutEventSelectors",
        before=None,
        requestParameters={"trailName": "audit"},
    ),
    "asked-for-and-never-listed": lambda: called(
        "trail-changed",
        "UpdateTrail",
        before=None,
        requestParameters={"name": "audit", "s3BucketName": "theirs", "isMultiRegionTrail": False},
    ),
    "of-an-organization": lambda: called(
        "trail-changed", "UpdateTrail", before=ORG, after=redirected(ORG), hint=ORG.arn
    ),
    "of-our-organization": lambda: called(
        "trail-stopped",
        "StopLogging",
        before=replace(AUDIT, organization=True),
        after=replace(AUDIT, organization=True, logging=False),
    ),
    "found-changed": lambda: found(AUDIT, redirected(AUDIT)),
    "found-new": lambda: found(None, AUDIT),
    "found-gone": lambda: found(AUDIT, None),
    "found-stopped-of-an-organization": lambda: found(ORG, replace(ORG, logging=False)),
}

MADE_UP = forged_alerts.Forged(SINCE, "6b6e1c2d", "StopLogging", "user alice")


def by(name: str) -> ApiCall:
    who = {
        "type": "IAMUser",
        "arn": f"arn:aws:iam::111122223333:user/{name}",
        "accountId": "111122223333",
        "userName": name,
    }
    return call("trail-stopped", "StopLogging", userIdentity=who)


def stop_callers(*found: tuple[datetime, Sequence[str], Sequence[str]]) -> tuple[Alert]:
    stops = [
        caller_alerts.StopCaller(at, tuple(map(by, made)), tuple(others))
        for at, made, others in found
    ]
    return (caller_alerts.of_stops(stops, BASELINE, NOW),)


INNOCENT = tuple(f"arn:aws:iam::111122223333:user/innocent-{number}" for number in range(7))

BELIEVING: dict[str, Callable[[], tuple[Alert, ...]]] = {
    "nobody-made-the-call": lambda: (forged_alerts.forged([MADE_UP], BASELINE, NOW),),
    "somebody-else-made-it": lambda: (
        forged_alerts.forged(
            [replace(MADE_UP, made_by="user mallory (StopLogging)", author="")], BASELINE, NOW
        ),
    ),
    "nobody-made-seven-calls": lambda: (
        forged_alerts.forged(
            [replace(MADE_UP, event_id=str(number)) for number in range(7)], BASELINE, NOW
        ),
    ),
    "somebody-else-stopped-the-trail": lambda: stop_callers((SINCE, ["mallory"], INNOCENT[:1])),
    "two-others-stopped-the-trail": lambda: stop_callers(
        (SINCE, ["mallory"], INNOCENT), (NOW, ["mallory", "trudy"], INNOCENT[:2])
    ),
    "weaker-baseline": lambda: (
        baseline_alerts.weaker(
            (
                Differs("log_retention_days", "365", "1"),
                Differs("expire_after_days", "never", "1"),
            ),
            BASELINE,
            NOW,
            since=SINCE,
        ),
    ),
    "another-webhook": lambda: (
        webhook_alerts.changed("ssm:/trailkeeper/slack", "5f6a", NOW.isoformat(), **PLACE),
    ),
    "another-secret": lambda: (
        webhook_alerts.changed("secretsmanager:slack", "5f6a", NOW.isoformat(), **PLACE),
    ),
    "made-up-messages": lambda: (forged_alerts.called(NOW, **PLACE),),
    "strange-item": lambda: (
        state_alerts.strange("pause", "now", "of a time to come, 2036", NOW, **PLACE),
    ),
}
