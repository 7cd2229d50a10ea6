"""Policies are of a size that AWS takes, however much is to be denied."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.policies.test_denied import BASELINE, LATER
from trailkeeper.detections import DETECTIONS
from trailkeeper.evidence.permission import Permission
from trailkeeper.policies import administrators, fitting
from trailkeeper.policies.administrators import TooManyPoliciesError
from trailkeeper.policies.fitting import TooLargeError, fitted


def many(count: int) -> Permission:
    return Permission(tuple(f"s3:Action{n:04}" for n in range(count)), lambda _: "x", "", None)


def size(policy: tuple[Permission, ...]) -> int:
    statements = [each.statement(BASELINE) for each in policy]
    return len(
        json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))
    )


@pytest.mark.parametrize("count", [1, 100, 1000])
def test_nothing_is_lost_and_nothing_is_too_large(count: int) -> None:
    policies = fitted((many(count), replace(many(3), denied=True)), BASELINE, 1000)

    assert all(size(each) <= 1000 for each in policies)
    named = [a for policy in policies for each in policy if not each.denied for a in each.actions]
    assert sorted(named) == [f"s3:Action{n:04}" for n in range(count)]


def test_a_policy_may_be_as_large_as_the_limit_and_no_larger() -> None:
    both = (many(1), replace(many(2), denied=True))

    assert len(fitted(both, BASELINE, size(both))) == 1
    assert len(fitted(both, BASELINE, size(both) - 1)) == 2


def test_a_right_over_what_is_not_there_is_left_out() -> None:
    assert fitted((replace(many(1), resource=lambda _: ()),), BASELINE, 1000) == ()


def test_one_action_that_is_too_large_is_named() -> None:
    with pytest.raises(TooLargeError, match=r"^s3:Action0000: its statement is larger than 50 "):
        fitted((many(1),), BASELINE, 50)


def test_the_limits_are_those_of_aws() -> None:
    assert (fitting.MANAGED_POLICY, fitting.POLICIES_OF_A_GROUP) == (6144, 10)
    assert fitting.SERVICE_CONTROL_POLICY == 5120


def test_more_than_a_group_can_have_is_an_error_that_says_how_much() -> None:
    # As many calls as fill a dozen policies.
    later = replace(LATER, events=tuple(f"PutBucketSomethingVeryLong{n:04}" for n in range(1200)))

    with pytest.raises(TooManyPoliciesError, match=r"takes \d+ policies; allowed: 9"):
        administrators.policies(BASELINE, (*DETECTIONS, later))


def test_what_fills_more_policies_is_split_over_them() -> None:
    later = replace(LATER, events=tuple(f"PutBucketSomething{n:03}" for n in range(250)))

    policies = administrators.policies(BASELINE, (*DETECTIONS, later))

    # 8 kB as it is and 7 kB more, twice.
    assert len(policies) == 6
    assert max(map(size, policies.values())) <= 6144
