"""Who may be contained and who never, principal by principal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

import pytest

from lambdas.heal.containment import Principal, contain, principal
from tests.deployed_evidence import BASELINE
from tests.recorded import Recorded
from trailkeeper.alerts.commands import lines
from trailkeeper.alerts.fight_alerts import fighting
from trailkeeper.events.event import Actor, ApiCall

HERE = "arn:aws:iam::123456789012"
BREAK_GLASS = (f"{HERE}:user/break-glass", f"{HERE}:role/ops/break-glass")
CONTAINED = {
    f"{HERE}:user/deploy-bot": ("user", "deploy-bot"),
    f"{HERE}:user/teams/eu/alice@example.com": ("user", "alice@example.com"),
    f"{HERE}:role/Admin": ("role", "Admin"),
    f"{HERE}:role/service-role/codebuild": ("role", "codebuild"),
    f"{HERE}:role/awsome": ("role", "awsome"),
    f"{HERE}:role/ops/aws-deployer": ("role", "aws-deployer"),
}
NEVER = {
    "root": f"{HERE}:root",
    "nobody": "",
    "another account's user": "arn:aws:iam::111122223333:user/deploy-bot",
    "another account's role": "arn:aws:iam::111122223333:role/Admin",
    "a role of an AWS service": (
        f"{HERE}:role/aws-service-role/trustedadvisor.amazonaws.com/AWSServiceRoleForTrustedAdvisor"
    ),
    "a role of IAM Identity Center": (
        f"{HERE}:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_0123456789"
    ),
    "the heal function": f"{HERE}:role/trailkeeper-heal-us-east-1",
    "the alert function": f"{HERE}:role/trailkeeper-alert-us-east-1",
    "break glass": BREAK_GLASS[0],
    "break glass with a path": BREAK_GLASS[1],
    "a federated user": "arn:aws:sts::123456789012:federated-user/bob",
    "a session": "arn:aws:sts::123456789012:assumed-role/Admin/alice",
    "a group": f"{HERE}:group/admins",
    "an instance profile": f"{HERE}:instance-profile/web",
    "a service": "cloudtrail.amazonaws.com",
    "a command behind a name": f"{HERE}:user/x; rm -rf /",
    "a line behind a name": f"{HERE}:user/deploy-bot\n",
    "a name that is too long": f"{HERE}:user/{'x' * 65}",
}


@pytest.mark.parametrize("arn", CONTAINED)
def test_users_and_roles_of_the_account_can_be_contained(arn: str) -> None:
    found = principal(Actor(principal_arn=arn), BASELINE, BREAK_GLASS)

    assert found is not None
    assert (found.arn, found.kind, found.name) == (arn, *CONTAINED[arn])


@pytest.mark.parametrize("who", NEVER)
def test_others_never_are(who: str) -> None:
    assert principal(Actor(principal_arn=NEVER[who]), BASELINE, BREAK_GLASS) is None


def test_a_session_of_a_break_glass_role_is_left_alone() -> None:
    session = "arn:aws:sts::123456789012:assumed-role/Ops/alice"
    actor = Actor(principal_arn=f"{HERE}:role/Ops", arn=session)

    assert principal(actor, BASELINE, (session,)) is None
    assert principal(actor, BASELINE, (f"{HERE}:role/Ops",)) is None
    assert principal(actor, BASELINE, (f"{HERE}:role/Other",)) is not None


def test_in_china_as_everywhere() -> None:
    baseline = replace(BASELINE, partition="aws-cn", region="cn-north-1")
    arn = "arn:aws-cn:iam::123456789012:user/deploy-bot"

    assert principal(Actor(principal_arn=arn), baseline, ()) == Principal(arn, "user", "deploy-bot")


NOW = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "operation", "field", "undo"),
    [
        ("user", "AttachUserPolicy", "UserName", "aws iam detach-user-policy --user-name bot "),
        ("role", "AttachRolePolicy", "RoleName", "aws iam detach-role-policy --role-name bot "),
    ],
)
def test_containing_denies_everything_and_says_how_it_is_taken_back(
    kind: Literal["user", "role"], operation: str, field: str, undo: str
) -> None:
    clients = Recorded()
    who = Principal(f"{HERE}:{kind}/bot", kind, "bot")

    contain(clients.iam, who)

    (call,) = clients.calls
    assert call.operation == operation
    assert call.arguments == {field: "bot", "PolicyArn": "arn:aws:iam::aws:policy/AWSDenyAll"}
    alert = fighting(ApiCall(), BASELINE, 3, NOW, now=NOW, contained=who, reason="")
    assert lines(alert.undo) == (f"{undo}--policy-arn arn:aws:iam::aws:policy/AWSDenyAll",)
