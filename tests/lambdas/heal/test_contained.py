"""Whoever fights over the trail is denied everything, if the settings say so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.deployed_evidence import (
    ACCOUNT,
    BASELINE,
)
from tests.lambdas.heal.bed import Bed, fight
from trailkeeper.alerts.commands import lines


def test_containing_is_off_by_default(bed: Bed) -> None:
    bed.account.iam.create_user(UserName="deploy-bot")

    fight(bed, 4)

    assert bed.account.iam.attached == {}


def test_whoever_fights_is_contained_if_the_settings_say_so(bed: Bed) -> None:
    bed.settings = {"contain": "deny"}
    bed.account.iam.create_user(UserName="deploy-bot")

    fight(bed, 3)

    assert bed.account.iam.attached == {"deploy-bot": "arn:aws:iam::aws:policy/AWSDenyAll"}
    alert = bed.alerts[-1]
    assert lines(alert.undo) == (
        "aws iam detach-user-policy --user-name deploy-bot"
        " --policy-arn arn:aws:iam::aws:policy/AWSDenyAll",
    )


def test_a_quota_that_keeps_somebody_from_being_contained_is_said(bed: Bed) -> None:
    bed.settings = {"contain": "deny"}
    bed.account.iam.create_user(UserName="deploy-bot")
    bed.account.iam.full = True

    fight(bed, 3)

    assert bed.account.iam.attached == {}
    assert bed.alerts[-1].story[-1].params["reason"].key == "reason.attached_policies_full"


def test_a_role_of_identity_center_is_not_contained_and_people_are_told_where_to_go(
    bed: Bed,
) -> None:
    bed.settings = {"contain": "deny"}
    role = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1"
    identity = {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Admin_1/ann@example.com",
        "sessionContext": {"sessionIssuer": {"arn": role}},
    }

    fight(bed, 3, userIdentity=identity)

    assert bed.account.iam.attached == {}
    assert bed.alerts[-1].story[-1].params["reason"].key == "reason.identity_center"


@pytest.mark.parametrize(
    "identity",
    [
        {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root"},
        {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/break-glass"},
        {"type": "IAMUser", "arn": "arn:aws:iam::999999999999:user/stranger"},
        {
            "type": "AssumedRole",
            "arn": "arn:aws:sts::1:assumed-role/trailkeeper-heal-us-east-1/x",
            "sessionContext": {"sessionIssuer": {"arn": BASELINE.names.heal_role_arn}},
        },
    ],
)
def test_who_must_not_be_contained_is_not(bed: Bed, identity: dict[str, Any]) -> None:
    bed.settings = {
        "contain": "deny",
        "break_glass": (f"arn:aws:iam::{ACCOUNT}:user/break-glass",),
    }

    fight(bed, 3, userIdentity=identity)

    assert bed.account.iam.attached == {}
    assert bed.alerts[-1].story[-1].params["reason"].key == "reason.protected"


@pytest.mark.parametrize("kind", ["user", "role"])
@pytest.mark.parametrize(
    "name", ["trailkeeper-heal-mallory", "trailkeeper-heal-us-east-1-mallory", "trailkeeper"]
)
def test_a_name_that_begins_like_ours_protects_nobody(bed: Bed, kind: str, name: str) -> None:
    bed.settings = {"contain": "deny"}
    arn = f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"
    identity: dict[str, Any] = {"type": "IAMUser", "arn": arn}
    if kind == "role":
        session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/m"
        issuer = {"sessionContext": {"sessionIssuer": {"arn": arn}}}
        identity = {"type": "AssumedRole", "arn": session, **issuer}
        bed.account.iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")
    else:
        bed.account.iam.create_user(UserName=name)

    fight(bed, 3, userIdentity=identity)

    assert set(bed.account.iam.attached) == {name}
