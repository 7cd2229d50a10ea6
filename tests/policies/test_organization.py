"""Service control policies: small enough, and nobody is locked out who has to go on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.policies.evaluation import denies
from tests.policies.test_denied import BASELINE, EVERYTHING
from trailkeeper.policies.denied import account_wide
from trailkeeper.policies.organization import exempt, policies

ROLES = "arn:aws:iam::111122223333:role"
GO_ON = [
    f"{ROLES}/trailkeeper-heal-eu-central-1",
    f"{ROLES}/trailkeeper-alert-eu-central-1",
    f"{ROLES}/trailkeeper-delivery-eu-central-1",
    f"{ROLES}/trailkeeper-watcher-eu-central-1",
    f"{ROLES}/cdk-hnb659fds-deploy-role-111122223333-eu-central-1",
    f"{ROLES}/cdk-hnb659fds-cfn-exec-role-111122223333-eu-central-1",
    f"{ROLES}/cdk-hnb659fds-deploy-role-111122223333-us-east-1",
    f"{ROLES}/cdk-hnb659fds-cfn-exec-role-111122223333-us-east-1",
]


@pytest.fixture(scope="module")
def printed() -> tuple[str, ...]:
    return policies(BASELINE, exempt(BASELINE, ("eu-central-1", "us-east-1"), "hnb659fds"))


def statements(printed: tuple[str, ...]) -> list[dict[str, Any]]:
    return [each for policy in printed for each in json.loads(policy)["Statement"]]


def test_each_is_minified_json_of_a_size_that_organizations_takes(
    printed: tuple[str, ...],
) -> None:
    for each in printed:
        assert len(each.encode()) <= 5120
        assert json.loads(each)["Version"] == "2012-10-17"
        assert ": " not in each


def test_they_fit_beside_full_access_on_one_account(printed: tuple[str, ...]) -> None:
    assert len(printed) <= 4


def test_our_roles_and_those_that_deploy_go_on_whatever_is_denied(
    printed: tuple[str, ...],
) -> None:
    for each in statements(printed):
        assert each["Effect"] == "Deny"
        assert each["Condition"]["ArnNotLike"] == {"aws:PrincipalArn": GO_ON}


def test_nothing_is_denied_that_is_not_ours(printed: tuple[str, ...]) -> None:
    wide = {action for each in account_wide() for action in each.actions}
    everywhere = [each for each in statements(printed) if each["Resource"] == ["*"]]

    assert wide.isdisjoint(action for each in statements(printed) for action in each["Action"])
    assert all("lambda:FunctionArn" in each["Condition"]["ArnLike"] for each in everywhere)
    assert "iam:TagUser" not in "".join(printed)


def test_all_that_is_denied_to_administrators_is_denied_here(printed: tuple[str, ...]) -> None:
    found = statements(printed)
    wide = {action for each in account_wide() for action in each.actions}

    missing = {
        (action, resource)
        for each in EVERYTHING
        for action in each["Action"]
        for resource in each["Resource"]
        if action not in wide and not denies(found, action, resource.replace("*", "x"))
    }
    assert {(action, resource) for action, resource in missing if resource != "*"} == set()


def test_another_qualifier_of_bootstrap_is_exempt_instead() -> None:
    found = exempt(BASELINE, ("eu-central-1",), "own")

    assert f"{ROLES}/cdk-own-cfn-exec-role-111122223333-eu-central-1" in found
    assert not any("hnb659fds" in each for each in found)
