"""What cuts off an author fits the kind of identity."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE
from trailkeeper.alerts import access, call_alerts
from trailkeeper.alerts.alert import Step
from trailkeeper.alerts.commands import lines
from trailkeeper.detections import trail_stopped
from trailkeeper.events.event import Actor, ApiCall
from trailkeeper.rendering import sheet, untrusted
from trailkeeper.rendering.wording import Reader
from trailkeeper.words.text import Text

NOW = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)
SSO_ROLE = "AWSReservedSSO_Admin_6cb29b3b61ef9620"


def session(role: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::111122223333:assumed-role/{role}/{name}",
        "sessionContext": {
            "sessionIssuer": {
                "userName": role,
                "arn": f"arn:aws:iam::111122223333:role/{role}",
            },
            **more,
        },
    }


@pytest.mark.parametrize(
    ("identity", "key", "command"),
    [
        ({"type": "Root"}, "access.root", None),
        ({"type": "AWSService", "invokedBy": "config.amazonaws.com"}, "access.service", None),
        ({"type": "AWSAccount", "accountId": "444455556666"}, "access.account", None),
        ({"type": "AWSAccount"}, "access.some_account", None),
        ({"type": "Directory", "userName": "d-1"}, "access.directory", None),
        (
            {"type": "Role", "arn": "arn:aws:iam::111122223333:role/deploy/Ci"},
            "access.role",
            "aws iam put-role-policy --role-name Ci --policy-name AWSRevokeOlderSessions",
        ),
        (session(SSO_ROLE, "anna@example.com"), "access.sso", None),
        (
            session("App", "i-0123456789abcdef0"),
            "access.instance",
            "aws ec2 stop-instances --region us-east-1 --instance-ids i-0123456789abcdef0",
        ),
        (
            session("Ci", "AWSCodeBuild-1c2d"),
            "access.pipeline",
            "aws iam put-role-policy --role-name Ci --policy-name AWSRevokeOlderSessions",
        ),
        (
            session(
                "Deploy",
                "GitHubActions",
                webIdFederationData={
                    "federatedProvider": "arn:aws:iam::111122223333:oidc-provider/"
                    "token.actions.githubusercontent.com"
                },
            ),
            "access.pipeline",
            "aws iam put-role-policy --role-name Deploy",
        ),
        (session("Admin", "alice"), "access.role", "aws iam put-role-policy --role-name Admin"),
        (
            {"type": "IAMUser", "userName": "bot", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"},
            "access.key",
            "aws iam update-access-key --user-name bot --access-key-id AKIAIOSFODNN7EXAMPLE "
            "--status Inactive",
        ),
        (
            {"type": "IAMUser", "userName": "bot", "accessKeyId": "ASIAIOSFODNN7EXAMPLE"},
            "access.user",
            "aws iam list-access-keys --user-name bot",
        ),
        ({"type": "FederatedUser", "userName": "broker"}, "access.federated", None),
        ({"type": "SAMLUser", "userName": "bob"}, "access.provider", None),
        ({"type": "WebIdentityUser", "userName": "1"}, "access.provider", None),
        (
            {"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u-1"}},
            "access.identity_center",
            None,
        ),
        ({"type": "Unknown"}, "access.unknown", None),
    ],
)
def test_what_cuts_it_off(identity: Any, key: str, command: str | None) -> None:
    step = access.cut(Actor.parse(identity), NOW, "us-east-1")

    assert step.text.key == key
    given = lines(step.command)
    assert given[0].startswith(command) if command else not given


@pytest.mark.parametrize(
    ("identity", "english", "korean"),
    [
        (
            {"type": "AssumedRole", "arn": "arn:aws:sts::111122223333:strange"},
            "revoke the older sessions of the role arn:aws:sts::111122223333:strange; "
            "whoever may still assume it can come back.",
            "역할의 이전 세션을 취소하세요.",
        ),
        (
            {"type": "IAMUser", "userName": "bot; rm -rf"},
            'take away the console password of user "bot; rm -rf" and disable all its access keys.',
            "사용자의 콘솔 암호를 제거하고 액세스 키를 모두 비활성화하세요.",
        ),
        (
            {"type": "IAMUser", "userName": "bot; x", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"},
            "disable the access key AKIAIOSFODNN7EXAMPLE.",
            "AKIAIOSFODNN7EXAMPLE 액세스 키를 비활성화하세요.",
        ),
    ],
)
def test_a_name_that_fits_no_command_is_told_without_speaking_of_one(
    identity: dict[str, Any], english: str, korean: str
) -> None:
    call = ApiCall(name="StopLogging", actor=Actor.parse(identity), event_id="e")
    alert = call_alerts.attempted(call, trail_stopped.DETECTION, BASELINE, NOW)

    for language, said in (("en", english), ("ko", korean)):
        steps = sheet.write(alert, Reader(language), name=untrusted.name, value=str).actions
        assert said in steps[1].text
        assert steps[1].commands == ()
        assert not [each for each in steps if each.text.endswith(":")]


def test_no_session_is_revoked_by_a_time_that_nobody_knows() -> None:
    role = Actor.parse(session("Admin", "alice"))

    assert lines(access.cut(role, NOW, "us-east-1").command)
    assert access.cut(role, None, "us-east-1") == Step(Text("access.role", {"role": "Admin"}))


def test_who_did_it_is_not_looked_for_by_a_command_that_is_not_there() -> None:
    call = ApiCall(name="StopLogging", event_id="e")
    alert = call_alerts.attempted(call, trail_stopped.DETECTION, BASELINE, NOW)

    (step,) = sheet.write(alert, Reader(), name=str, value=str).actions
    assert step.text == "Find out who did it."
