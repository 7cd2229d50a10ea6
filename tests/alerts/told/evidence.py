"""What people are told of the evidence: repairs, differences, attempts, fights, pauses, drills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from tests.detections.fixtures import FAILED, load
from trailkeeper.alerts import (
    call_alerts,
    dark_alerts,
    delivery_alerts,
    drill_alerts,
    fight_alerts,
    heal_alerts,
    pause_alerts,
)
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.heal_alerts import Open
from trailkeeper.detections import DETECTIONS
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import ABSENT, Change
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.evidence.outcome import Gap, Outcome, Report, Result

NOW = datetime(2026, 11, 20, 3, 4, 17, tzinfo=UTC)
SINCE = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)
MORNING = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
BASELINE = Baseline(
    partition="aws",
    region="us-east-1",
    account="111122223333",
    trail_name="trailkeeper",
    evidence_key_arn="arn:aws:kms:us-east-1:111122223333:key/8913e841-5f73-40f8-b4bb-2e8426c1a89f",
    log_retention_days=365,
    archive_after_days=90,
    expire_after_days=2557,
)
WITH_INSIGHTS = replace(BASELINE, insight_types=("ApiCallRateInsight",))
ROLE = {
    "type": "AssumedRole",
    "arn": "arn:aws:sts::111122223333:assumed-role/Admin/alice",
    "accountId": "111122223333",
    "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
    "sessionContext": {
        "attributes": {"creationDate": "2026-11-20T02:00:00Z", "mfaAuthenticated": "false"},
        "sessionIssuer": {"userName": "Admin", "arn": "arn:aws:iam::111122223333:role/Admin"},
    },
}
GRANTS = (Change("", '[{"GranteePrincipal": "x", "Operations": ["Decrypt"]}]', ABSENT),)
TAG = (Change("[]", ABSENT, '[{"Key": "team", "Value": "security"}]'),)
FILTERS = (Change("", '[{"filterName": "x"}]', '[{"filterName": "trail-changes"}]'),)
COPIED = '[{"Destination": {"Bucket": "arn:aws:s3:::evil"}, "Status": "Enabled"}]'
POLICY = (
    Change("Statement[].Effect", "Allow", "Deny"),
    Change("Statement[]", ABSENT, '[{"Effect": "Deny"}]'),
)


def outcome(key: str, result: Result = Result.HEALED, **fields: Any) -> Outcome:
    guard, _, document = key.partition(".")
    return Outcome(guard, document, result, **fields)


def session(role: str, name: str, **more: Any) -> dict[str, Any]:
    """The identity of a role's session."""
    return {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::111122223333:assumed-role/{role}/{name}",
        "accessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "sessionContext": {
            "sessionIssuer": {"userName": role, "arn": f"arn:aws:iam::111122223333:role/{role}"},
            **more,
        },
    }


STATUS = outcome("logging.status", changes=(Change("IsLogging", "false", "true"),))
GAP = Gap(SINCE, NOW)


def call(detection: str, name: str, **detail: Any) -> ApiCall:
    event = load(detection, name)
    identity = event["detail"]["userIdentity"]
    event["detail"]["userIdentity"] = {**identity, "accessKeyId": "AKIAIOSFODNN7EXAMPLE"}
    return ApiCall.parse({**event, "detail": {**event["detail"], **detail}})


def told(
    detection: str, name: str, report: Report, detail: Mapping[str, Any] | None = None, **more: Any
) -> tuple[Alert, ...]:
    (found,) = (each for each in DETECTIONS if each.id == detection)
    baseline = more.pop("baseline", BASELINE)
    made = call(detection, name, **(detail or {}))
    return heal_alerts.of_report(report, baseline, NOW, made, found, **more)


def found(report: Report, **more: Any) -> tuple[Alert, ...]:
    baseline = more.pop("baseline", BASELINE)
    return heal_alerts.of_report(report, baseline, NOW, **more)


def one_of_each() -> Report:
    return Report(
        (
            outcome(
                "trail.settings", changes=(Change("LogFileValidationEnabled", "false", "true"),)
            ),
            outcome("log-bucket.policy", changes=POLICY),
            outcome("log-bucket.encryption", changes=(Change("Rules", ABSENT, "[]"),) * 2),
            outcome("evidence-key.grants", Result.TOLD, reason="machine_must_not", changes=GRANTS),
            outcome("log-group.metric-filters", Result.DEFERRED, reason="paused", changes=FILTERS),
            outcome("evidence-key.policy", Result.FAILED, error="ThrottlingException: slow down"),
            outcome("delivery-role.trust", Result.UNREADABLE, error="InternalFailure: later"),
            outcome("log-bucket.owner", gone=True),
            outcome("trail.tags", reason="cut_off", changes=TAG),
            outcome(
                "trail.event-selectors",
                changes=(Change("basic", '[{"ReadWriteType": "All"}]', ABSENT), *POLICY),
            ),
            outcome("log-bucket.versioning", changes=(Change("Status", ABSENT, "Enabled"),)),
        )
    )


def untimed() -> tuple[Alert, ...]:
    (found,) = (each for each in DETECTIONS if each.id == "trail-stopped")
    made = replace(call("trail-stopped", "StopLogging"), time="", parameters={})
    gone = (Change("", ABSENT, "x"), Change("a.b", ABSENT, "x"))
    report = Report((STATUS, outcome("logging.delivery", changes=gone)))
    return heal_alerts.of_report(report, BASELINE, NOW, made, found)


HEAL: dict[str, Callable[[], tuple[Alert, ...]]] = {
    "stopped": lambda: told(
        "trail-stopped", "StopLogging", Report((STATUS,), GAP), baseline=WITH_INSIGHTS
    ),
    "stopped-by-root-with-mfa": lambda: told(
        "trail-stopped",
        "StopLogging",
        Report((STATUS,), Gap(SINCE, None)),
        {
            "userIdentity": {
                "type": "Root",
                "arn": "arn:aws:iam::111122223333:root",
                "sessionContext": {"attributes": {"mfaAuthenticated": "true"}},
            },
            "eventTime": "",
        },
    ),
    "stopped-for-no-time": lambda: told(
        "trail-stopped", "StopLogging", Report((STATUS,), Gap(SINCE, SINCE))
    ),
    "deleted": lambda: told(
        "trail-deleted",
        "DeleteTrail",
        Report((replace(STATUS, gone=True), outcome("trail.settings", gone=True)), Gap(None, NOW)),
        {"userIdentity": ROLE},
    ),
    "trail-that-an-arn-names": lambda: told(
        "trail-stopped",
        "StopLogging",
        Report(),
        {
            "requestParameters": {
                "name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/trailkeeper"
            }
        },
    ),
    "policy-healed-and-what-the-call-cannot-have-done": lambda: told(
        "log-bucket-policy-changed",
        "PutBucketPolicy",
        Report((outcome("log-bucket.policy", changes=POLICY), outcome("trail.settings"))),
        last_good=MORNING,
    ),
    "healed-in-part": lambda: told(
        "log-bucket-opened",
        "PutBucketAcl",
        Report(
            (
                outcome("log-bucket.ownership"),
                *(
                    outcome(f"log-bucket.{each}", Result.TOLD, reason="machine_must_not")
                    for each in (
                        "public-access-block",
                        "versioning",
                        "encryption",
                        "owner",
                        "request-payment",
                        "replication",
                    )
                ),
            )
        ),
    ),
    "only-told-critical-steps": lambda: told(
        "log-group-deleted",
        "DeleteLogGroup",
        Report(
            (
                outcome("log-group.settings", Result.FAILED, error="AccessDeniedException: no"),
                outcome("log-bucket.owner", Result.FAILED, reason="bucket_taken"),
            )
        ),
    ),
    "failed-for-another-reason": lambda: told(
        "log-group-deleted",
        "DeleteLogGroup",
        Report((outcome("log-group.settings", Result.FAILED, error="LimitExceeded: many"),)),
    ),
    "waits-for-a-pause": lambda: told(
        "log-group-changed",
        "PutRetentionPolicy",
        Report(
            (outcome("log-group.settings", Result.DEFERRED, reason="paused"),),
            paused_until=NOW + timedelta(hours=1),
        ),
    ),
    "planned": lambda: told(
        "log-group-changed",
        "PutRetentionPolicy",
        Report((outcome("log-group.settings"),)),
        planned=ExpectedActor(("PutRetentionPolicy",), "arn", until="2026-12-01", reason="a move"),
    ),
    "planned-for-ever-and-still-open": lambda: told(
        "log-group-changed",
        "PutRetentionPolicy",
        Report(),
        planned=ExpectedActor(("PutRetentionPolicy",), "arn", reason="a move"),
        still_open=(
            Open(outcome("log-bucket.policy", Result.TOLD), NOW - timedelta(hours=2)),
            Open(outcome("trail.tags", Result.TOLD), NOW - timedelta(hours=5)),
        ),
    ),
    "planned-does-not-quiet-a-stop": lambda: told(
        "trail-stopped",
        "StopLogging",
        Report((STATUS,), GAP),
        planned=ExpectedActor(("x",), "arn", until="2026-12-01"),
    ),
    "new-trail-in-another-region": lambda: told(
        "trail-created",
        "CreateTrail",
        Report(),
        {
            "awsRegion": "eu-west-1",
            "requestParameters": {"name": "shadow", "s3BucketName": "evil-bucket"},
        },
    ),
    "omitted-parameters": lambda: told(
        "log-bucket-policy-changed",
        "PutBucketPolicy",
        Report((outcome("log-bucket.policy"),)),
        {"requestParameters": {"omitted": True}},
    ),
    "without-a-time-or-a-name": untimed,
    "alarm-set-by-hand": lambda: told("alarm-changed", "SetAlarmState", Report()),
    "alarm-rewritten": lambda: told("alarm-changed", "PutMetricAlarm", Report()),
    "alarms-muted": lambda: told(
        "alarm-changed",
        "DisableAlarmActions",
        Report(),
        {"requestParameters": {"alarmNames": ["trailkeeper-a", "trailkeeper-b"]}},
    ),
    "found-everything": lambda: found(one_of_each(), last_good=MORNING, baseline=WITH_INSIGHTS),
    "found-stopped": lambda: found(Report((STATUS,), GAP), baseline=WITH_INSIGHTS),
    "found-stopped-since-nobody-knows-when": lambda: found(Report((STATUS,))),
    "found-gone": lambda: found(
        Report((outcome("trail.settings", gone=True), replace(STATUS, gone=True)), Gap(None, None))
    ),
    "found-one": lambda: found(Report((outcome("log-group.settings"),))),
    "found-after-a-response-that-failed": lambda: found(
        Report((outcome("log-group.settings"),)), response_failed=True
    ),
    "found-unreadable": lambda: found(
        Report(
            (outcome("trail.settings", Result.UNREADABLE), outcome("trail.tags", Result.UNREADABLE))
        )
    ),
    "found-copied": lambda: found(
        Report(
            (
                outcome(
                    "log-bucket.replication",
                    Result.TOLD,
                    changes=(Change("Rules", COPIED, ABSENT),),
                    reason="machine_must_not",
                ),
            )
        )
    ),
    "found-replication-that-waits": lambda: found(
        Report(
            (
                outcome(
                    "log-bucket.replication",
                    Result.DEFERRED,
                    changes=(Change("Rules", COPIED, ABSENT),),
                    reason="paused",
                ),
            )
        )
    ),
    "found-nothing": lambda: found(Report()),
}

PLANNED = ExpectedActor(("StopLogging",), "arn", until="2026-12-01")


def attempted(planned: ExpectedActor | None = None, **detail: Any) -> tuple[Alert]:
    (detection,) = (each for each in DETECTIONS if each.id == "trail-stopped")
    return (
        call_alerts.attempted(
            call("trail-stopped", FAILED, **detail), detection, BASELINE, NOW, planned
        ),
    )


CALLS: dict[str, Callable[[], tuple[Alert, ...]]] = {
    "refused": attempted,
    "refused-and-planned": lambda: attempted(PLANNED),
    "failed": lambda: attempted(
        errorCode="TrailNotFoundException",
        errorMessage="Unknown trail",
        eventTime="",
        userIdentity=None,
        awsRegion="eu-west-1",
    ),
}


GITHUB = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
IDENTITIES: dict[str, dict[str, Any]] = {
    "service": {"type": "AWSService", "invokedBy": "config.amazonaws.com"},
    "through-a-service": {
        "type": "IAMUser",
        "userName": "bot",
        "invokedBy": "cloudformation.amazonaws.com",
    },
    "another-account": {"type": "AWSAccount", "accountId": "444455556666"},
    "account-without-its-number": {"type": "AWSAccount", "principalId": "x"},
    "identity-center": session("AWSReservedSSO_Admin_6cb29b3b61ef9620", "anna@example.com"),
    "instance": session("App", "i-0123456789abcdef0"),
    "build": session("Ci", "AWSCodeBuild-1c2d"),
    "github": session("Deploy", "GitHubActions", webIdFederationData={"federatedProvider": GITHUB}),
    "role-without-a-name": {
        "type": "AssumedRole",
        "arn": "arn:aws:sts::111122223333:x",
        "principalId": "",
    },
    "user-without-a-key": {"type": "IAMUser", "userName": "bot"},
    "federated": {"type": "FederatedUser", "userName": "broker"},
    "federated-without-a-name": {"type": "FederatedUser", "arn": "arn:aws:sts::1:x"},
    "identity-center-user": {"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u-1"}},
    "saml": {"type": "SAMLUser", "userName": "bob"},
    "web": {
        "type": "WebIdentityUser",
        "userName": "1",
        "identityProvider": "accounts.example.com",
    },
    "directory": {"type": "Directory", "userName": "d-1"},
    "unknown": {"type": "Unknown"},
    "unknown-with-a-name": {"type": "Unknown", "userName": "x"},
    "nobody": {},
}
AUTHORS: dict[str, Callable[[], tuple[Alert, ...]]] = {
    name: lambda identity=identity: attempted(userIdentity=identity)  # type: ignore[misc]
    for name, identity in IDENTITIES.items()
}


@dataclass(frozen=True)
class Held:
    kind: Literal["user", "role"]
    name: str
    policy: str = "arn:aws:iam::aws:policy/AWSDenyAll"


def fight(
    contained: Held | None = None,
    reason: str = "setting_off",
    since: datetime = SINCE,
    others: tuple[tuple[str, int], ...] = (),
) -> tuple[Alert]:
    stop = call("trail-stopped", "StopLogging")
    return (
        fight_alerts.fighting(
            stop, BASELINE, 4, since, others=others, now=NOW, contained=contained, reason=reason
        ),
    )


FIGHTS: dict[str, Callable[[], tuple[Alert, ...]]] = {
    "contained-user": lambda: fight(Held("user", "deploy-bot"), others=(("role Admin/alice", 3),)),
    "contained-role": lambda: fight(Held("role", "Deploy")),
    "of-nobody-knows-whom": lambda: (
        fight_alerts.disputed(
            (("arn:aws:iam::111122223333:user/alice", 3), ("role Admin/bob", 2)),
            3,
            NOW - timedelta(minutes=5),
            BASELINE,
            NOW,
        ),
    ),
    "open-for-a-setting": fight,
    "open-as-protected": lambda: fight(reason="protected"),
    "open-as-identity-center": lambda: fight(reason="identity_center"),
    "open-as-full": lambda: fight(reason="attached_policies_full"),
    "open-for-an-error-for-49-minutes": lambda: fight(
        reason="AccessDenied", since=NOW - timedelta(minutes=49)
    ),
    "open-for-50-minutes": lambda: fight(since=NOW - timedelta(minutes=50)),
    "open-for-longer": lambda: fight(
        since=NOW - timedelta(minutes=50, seconds=1),
        others=tuple((f"user u{number}", number) for number in range(1, 8)),
    ),
}


@dataclass(frozen=True)
class Pause:
    author: str = "arn:aws:iam::111122223333:user/alice"
    reason: str = "moving buckets"
    started: datetime = MORNING
    end: datetime = NOW + timedelta(hours=1)


def resumed(report: Report, pause: Pause = Pause(), **more: Any) -> tuple[Alert]:
    return (pause_alerts.ended(pause, report, BASELINE, NOW, **more),)


PAUSES: dict[str, Callable[[], tuple[Alert, ...]]] = {
    "begun": lambda: (
        pause_alerts.begun("alice", "moving buckets", NOW + timedelta(hours=1), BASELINE, NOW),
    ),
    "begun-by-nobody-known": lambda: (
        pause_alerts.begun("", "x", NOW + timedelta(hours=1), BASELINE, NOW),
    ),
    "of-what-is-no-pause": lambda: (
        pause_alerts.no_pause(
            "arn:aws:iam::111122223333:user/mallory",
            3,
            "minutes: given 999; allowed: 240",
            BASELINE,
            NOW,
            parameter="/trailkeeper/pause",
        ),
    ),
    "ended-clean-by-somebody": lambda: resumed(
        Report(),
        resumed_by="bob",
        meanwhile=(
            pause_alerts.Meanwhile("PutBucketPolicy", "alice", SINCE),
            pause_alerts.Meanwhile("PutBucketAcl", "", MORNING),
        ),
    ),
    "ended-clean": lambda: resumed(Report()),
    "ended-and-half-of-it-unread": lambda: resumed(
        Report(
            (
                outcome("log-bucket.policy", changes=POLICY),
                outcome("trail.tags", Result.UNREADABLE, error="InternalFailure: later"),
            )
        )
    ),
    "ended-and-nothing-could-be-read": lambda: resumed(
        Report((outcome("trail.tags", Result.UNREADABLE, error="InternalFailure: later"),))
    ),
    "ended-by-itself-with-drift": lambda: resumed(
        Report((outcome("log-bucket.policy", changes=POLICY),)),
        Pause(author="", end=NOW - timedelta(minutes=1)),
    ),
}

DRILL = "d-1"
AUTHOR = "arn:aws:sts::111122223333:assumed-role/Admin/alice"


def stopped() -> Alert:
    return HEAL["stopped"]()[0]


DRILLS: dict[str, Callable[[], tuple[Alert, ...]]] = {
    "announced": lambda: (
        drill_alerts.announced(DRILL, AUTHOR, NOW + timedelta(minutes=15), BASELINE, NOW),
    ),
    "announced-by-nobody-known": lambda: (
        drill_alerts.announced(DRILL, "", NOW + timedelta(minutes=15), BASELINE, NOW),
    ),
    "stopped": lambda: (drill_alerts.stopped(stopped(), DRILL, AUTHOR, SINCE),),
    "stopped-by-root-and-not-started": lambda: (
        drill_alerts.stopped(
            replace(stopped(), verified=False, steps=()),
            DRILL,
            "arn:aws:iam::111122223333:root",
            SINCE,
        ),
    ),
    "found": lambda: (drill_alerts.found(HEAL["found-stopped"]()[0], DRILL, AUTHOR, SINCE),),
    "test": lambda: (drill_alerts.test(DRILL, AUTHOR, BASELINE, NOW),),
    "test-by-nobody-known": lambda: (drill_alerts.test(DRILL, "", BASELINE, NOW),),
}

OTHERS: dict[str, Callable[[], tuple[Alert, ...]]] = {
    "was-dark": lambda: (dark_alerts.was_dark(Gap(MORNING, SINCE), WITH_INSIGHTS, NOW),),
    "was-dark-unconfirmed": lambda: (
        dark_alerts.was_dark(Gap(MORNING, SINCE), BASELINE, NOW, said=True),
    ),
    "was-gone": lambda: (dark_alerts.was_dark(Gap(None, SINCE), BASELINE, NOW),),
    "was-dark-until-now": lambda: (dark_alerts.was_dark(Gap(MORNING, None), BASELINE, NOW),),
    "unreadable-log-file": lambda: (
        delivery_alerts.unreadable_file(
            "trailkeeper-logs-1",
            "AWSLogs/" + "x" * 600,
            "damaged",
            account="111122223333",
            region="us-east-1",
            now=NOW,
        ),
    ),
}
