"""What cuts off an author fits the kind of identity."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from trailkeeper.alerts import access
from trailkeeper.alerts.commands import lines
from trailkeeper.events.event import Actor

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
