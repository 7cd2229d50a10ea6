"""Every change of a role's rights is seen."""

from __future__ import annotations

import json

from tests.guards.fields.compared import seen
from tests.recorded import Recorded


def test_of_a_role_that_is_gone_one_document_tells_and_of_its_boundary_another() -> None:
    calls = ("GetRole", "ListRolePolicies", "ListAttachedRolePolicies", "GetPolicy")
    clients = Recorded(dict.fromkeys(calls, "NoSuchEntity"))

    assert seen(clients, "guard-roles.trust") == [("alert", "-"), ("heal", "-"), ("schedule", "-")]
    assert seen(clients, "guard-roles.policies") == []
    assert seen(clients, "guard-roles.attached-policies") == []
    assert {
        path.rpartition(".")[0] for path, _ in seen(clients, "guard-roles.managed-policies")
    } == {
        "alert.trailkeeper-alert-boundary-us-east-1",
        "heal.trailkeeper-heal-boundary-us-east-1",
        "heal.trailkeeper-heal-watch-us-east-1",
        "schedule.trailkeeper-schedule-boundary-us-east-1",
    }


def test_a_policy_that_somebody_gave_a_role_or_took_from_it_is_seen() -> None:
    planted = {"Version": "2012-10-17", "Statement": [{"Action": "*", "Resource": "*"}]}
    answers = {
        "ListRolePolicies": {"PolicyNames": ["planted"]},
        "GetRolePolicy": {"PolicyDocument": json.dumps(planted)},
        "ListAttachedRolePolicies": {
            "AttachedPolicies": [{"PolicyName": "x", "PolicyArn": "arn:aws:iam::aws:policy/x"}]
        },
    }

    found = dict(seen(Recorded(answers), "guard-roles.policies"))

    assert found["heal.needs"] == found["alert.needs"] == found["alert.alerts-key"] == "-"
    for role in ("alert", "heal", "schedule"):
        assert '"Action": ["*"]' in found[f"{role}.planted"]
    attached = dict(seen(Recorded(answers), "guard-roles.attached-policies"))
    assert attached["alert"] == '["arn:aws:iam::aws:policy/x"]'


def test_a_managed_policy_without_the_version_that_holds_allows_nothing() -> None:
    """Somebody may delete it between the two calls."""
    answers = {
        "GetPolicy": {"Policy": {"DefaultVersionId": "v7"}},
        "GetPolicyVersion": "NoSuchEntity",
    }
    clients = Recorded(answers)

    assert {before for _, before in seen(clients, "guard-roles.managed-policies")} == {"-"}
    versions = {each.arguments.get("VersionId") for each in clients.calls}
    assert versions == {None, "v7"}
