"""What an API call means, decided without asking anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.deployed_evidence import ACCOUNT, BASELINE, NOW, REGION
from trailkeeper.events.event import ApiCall
from trailkeeper.evidence.outcome import Outcome, Report, Result
from trailkeeper.reconcile.decide import (
    CREATES,
    DELETES,
    Action,
    Decision,
    Facts,
    OtherTrail,
    alerts_of,
    decide,
)

FACTS = Facts(BASELINE, "restart")
BOT = {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/bot", "userName": "bot"}
OURSELVES = {
    "type": "AssumedRole",
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/trailkeeper-heal-us-east-1/trailkeeper-heal",
    "sessionContext": {"sessionIssuer": {"arn": BASELINE.names.heal_role_arn}},
}
LOOKALIKE = {
    **OURSELVES,
    "sessionContext": {"sessionIssuer": {"arn": f"{BASELINE.names.heal_role_arn}-x"}},
}
CLOUDFORMATION = {**BOT, "invokedBy": "cloudformation.amazonaws.com"}
DRIFT = Report((Outcome("trail", "settings", Result.HEALED),))
OURS = {"name": "trailkeeper"}


def waiting(reason: str) -> Report:
    return Report((Outcome("trail", "settings", Result.DEFERRED, reason=reason),))


OTHER = {"name": "other"}


def call(
    name: str, parameters: Any = None, *, source: str = "cloudtrail", **detail: Any
) -> ApiCall:
    return ApiCall.parse(
        {
            "account": ACCOUNT,
            "region": REGION,
            "detail": {
                "eventID": "e",
                "eventTime": "2026-11-20T03:04:00Z",
                "eventSource": f"{source}.amazonaws.com",
                "eventName": name,
                "userIdentity": BOT,
                "requestParameters": parameters,
                **detail,
            },
        }
    )


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (call("StopLogging", source="evil"), "no detection is about StopLogging of evil.amazonaws"),
        (
            call("DeleteBucketPolicy", {"bucketName": "theirs"}, source="s3"),
            "log-bucket-policy-changed: theirs is not part of the evidence",
        ),
    ],
)
def test_what_is_not_about_the_evidence_is_ignored(of: ApiCall, why: str) -> None:
    decision = decide(of, FACTS)

    assert decision.action is Action.IGNORE
    assert why in decision.why


@pytest.mark.parametrize("code", ["AccessDenied", "TrailNotFoundException"])
def test_a_call_that_failed_is_alerted_of_and_heals_nothing(code: str) -> None:
    decision = decide(call("StopLogging", OURS, errorCode=code), FACTS)

    assert decision.action is Action.ALERT_ATTEMPT
    assert decision.why == f"trail-stopped: the call failed with {code}, so nothing is healed"


@pytest.mark.parametrize(
    "of",
    [
        call("UpdateTrail", OURS, errorCode="AccessDenied", userIdentity=OURSELVES),
        call(
            "PutBucketLifecycle",
            {"bucketName": BASELINE.log_bucket},
            source="s3",
            errorCode="AccessDenied",
            userIdentity=OURSELVES,
        ),
        call(
            "PutRolePolicy",
            {"roleName": BASELINE.names.delivery_role},
            source="iam",
            errorCode="AccessDenied",
            userIdentity=OURSELVES,
        ),
    ],
)
def test_a_refused_repair_of_ours_is_told_by_its_run_alone(of: ApiCall) -> None:
    decision = decide(of, FACTS)

    assert decision.action is Action.IGNORE
    assert "our own repair failed with AccessDenied" in decision.why


@pytest.mark.parametrize(
    "of",
    [
        call("StopLogging", OURS, errorCode="AccessDenied", userIdentity=OURSELVES),
        call("DisableKey", {"omitted": True}, source="kms", errorCode="x", userIdentity=OURSELVES),
        call(
            "DeleteBucketPolicy",
            {"bucketName": BASELINE.log_bucket},
            source="s3",
            errorCode="AccessDenied",
            userIdentity=OURSELVES,
        ),
        call("UpdateTrail", OURS, errorCode="AccessDenied", userIdentity=BOT),
        call("UpdateTrail", OURS, errorCode="AccessDenied", userIdentity=LOOKALIKE),
    ],
)
def test_what_our_role_never_tries_and_what_others_try_is_alerted_of(of: ApiCall) -> None:
    assert decide(of, FACTS).action is Action.ALERT_ATTEMPT


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        pytest.param(
            call("StopLogging", OURS),
            {
                "names_author": True,
                "stops_trail": True,
                "stopped_at": datetime(2026, 11, 20, 3, 4, tzinfo=UTC),
            },
            id="the guarded trail is stopped",
        ),
        pytest.param(
            call("DeleteTrail", {"name": BASELINE.names.trail_arn}, eventTime="yesterday"),
            {"names_author": True, "stops_trail": True},
            id="deleted, and nobody knows when",
        ),
        pytest.param(
            call("UpdateTrail", OURS), {"names_author": True}, id="the guarded trail is changed"
        ),
        pytest.param(
            call("DisableKey", {"keyId": "theirs", "omitted": True}, source="kms"),
            {"names_author": True},
            id="a body that CloudTrail left out",
        ),
        pytest.param(
            call("StopLogging", OTHER),
            {"other_trail": OtherTrail("other", restart=True)},
            id="another trail is stopped",
        ),
        pytest.param(
            call("DeleteTrail", OTHER),
            {"other_trail": OtherTrail("other", restart=False, stopped=False)},
            id="another trail is deleted",
        ),
        pytest.param(
            call("PutEventSelectors", {"trailName": "other"}),
            {"other_trail": OtherTrail("other", restart=False, stopped=False)},
            id="another trail is narrowed",
        ),
        pytest.param(
            call("UpdateTrail", OTHER, userIdentity=OURSELVES),
            {"retry": False},
            id="our own call on another trail",
        ),
        pytest.param(call("AddTags", {"resourceId": "other"}), {}, id="another trail gets a tag"),
        pytest.param(
            call("CreateTrail", OTHER), {"names_author": True}, id="a trail that may be a trap"
        ),
        pytest.param(
            call("StopLogging", {"omitted": True}),
            {
                "names_author": True,
                "stops_trail": True,
                "stopped_at": datetime(2026, 11, 20, 3, 4, tzinfo=UTC),
                "other_trail": OtherTrail("", restart=True),
            },
            id="a trail that nobody names",
        ),
        pytest.param(
            call("UpdateTrail", OURS, userIdentity=OURSELVES),
            {"retry": False},
            id="our own repair",
        ),
        pytest.param(
            call("DeleteTrail", OURS, userIdentity=OURSELVES, eventTime=""),
            {"names_author": True, "stops_trail": True},
            id="our role, stolen",
        ),
        pytest.param(
            call("PutBucketPolicy", source="s3", userIdentity=CLOUDFORMATION),
            {
                "names_author": True,
                "by_deploy": True,
                "called_at": datetime(2026, 11, 20, 3, 4, tzinfo=UTC),
            },
            id="a deploy",
        ),
    ],
)
def test_what_may_be_about_the_evidence_is_reconciled(
    of: ApiCall, expected: dict[str, Any]
) -> None:
    decision = decide(of, FACTS)

    plain = Decision(Action.RECONCILE, decision.why, decision.detection)
    assert decision == replace(plain, **expected)


@pytest.mark.parametrize(
    ("setting", "other"),
    [
        ("restart", OtherTrail("other", restart=True)),
        ("alert", OtherTrail("other", restart=False)),
        ("ignore", None),
    ],
)
def test_what_becomes_of_another_trail_is_a_setting(setting: Any, other: OtherTrail | None) -> None:
    assert decide(call("StopLogging", OTHER), Facts(BASELINE, setting)).other_trail == other


@pytest.mark.parametrize(
    ("setting", "told"), [("restart", True), ("alert", True), ("ignore", False)]
)
def test_another_trail_that_is_deleted_is_told_but_where_the_setting_is_ignore(
    setting: Any, *, told: bool
) -> None:
    decision = decide(call("DeleteTrail", OTHER), Facts(BASELINE, setting))

    assert (decision.other_trail is not None) is told


@pytest.mark.parametrize(
    ("of", "report", "deploying", "told"),
    [
        pytest.param(call("UpdateTrail", OURS), DRIFT, False, "trail-changed", id="drift"),
        pytest.param(call("UpdateTrail", OURS), Report(), False, "trail-changed", id="in order"),
        pytest.param(call("UpdateTrail", OTHER), DRIFT, False, "drift-found", id="not his"),
        pytest.param(call("UpdateTrail", OTHER), Report(), False, None, id="nobody's"),
        pytest.param(
            call("UpdateTrail", OURS, userIdentity=OURSELVES), Report(), False, None, id="echo"
        ),
        pytest.param(
            call("UpdateTrail", OURS, userIdentity=OURSELVES),
            DRIFT,
            False,
            "drift-found",
            id="drift at an echo",
        ),
        pytest.param(
            call("UpdateTrail", OURS, userIdentity=CLOUDFORMATION),
            Report(),
            True,
            None,
            id="deploy",
        ),
        pytest.param(
            call("UpdateTrail", OURS, userIdentity=CLOUDFORMATION),
            Report(),
            False,
            "trail-changed",
            id="a stack that is not ours",
        ),
        pytest.param(
            call("UpdateTrail", OURS, userIdentity=CLOUDFORMATION),
            DRIFT,
            True,
            "trail-changed",
            id="drift during a deploy",
        ),
        pytest.param(
            call("UpdateTrail", OURS), Report(), True, "trail-changed", id="a person at a deploy"
        ),
        pytest.param(
            call("UpdateTrail", OURS, userIdentity=CLOUDFORMATION),
            waiting("response_to_come"),
            True,
            None,
            id="the first step of a deploy",
        ),
        pytest.param(
            call("UpdateTrail", OURS, userIdentity=CLOUDFORMATION),
            waiting("response_failed"),
            True,
            "trail-changed",
            id="a deploy that failed half way",
        ),
        pytest.param(
            call("UpdateTrail", OURS),
            waiting("response_to_come"),
            True,
            "trail-changed",
            id="a person's change that waits for the deploy",
        ),
    ],
)
def test_what_people_are_told_and_whom_it_names(
    of: ApiCall, report: Report, deploying: bool, told: str | None
) -> None:
    decision = decide(of, FACTS)

    alerts = alerts_of(decision, of, report, BASELINE, NOW, deploying=deploying)

    assert [each.detection for each in alerts] == ([told] if told else [])


def test_the_names_that_aws_and_people_know() -> None:
    assert (CREATES, DELETES) == ("CreateTrail", "DeleteTrail")
    assert [*Action] == ["ignore", "alert-attempt", "reconcile"]


def test_what_only_the_record_names_is_told_apart_without_its_name() -> None:
    call = ApiCall(
        source="s3.amazonaws.com", name="PutBucketPolicy", resource_arns=("arn:aws:s3:::theirs",)
    )

    decision = decide(call, Facts(BASELINE, "restart"))

    assert (decision.action, decision.why) == (
        Action.IGNORE,
        "log-bucket-policy-changed: what it names is not part of the evidence",
    )
