"""Doctor finds nothing in a healthy account, and each fault by the finding that is for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.e2e.command_line import trailkeeper
from tests.e2e.doctor_faults import APART, UNHEALED, WHILE_HEALED, Faults, found
from tests.e2e.stage import Stage, wait_for
from trailkeeper.cli.doctor.findings import needs


@pytest.fixture(scope="module")
def healthy(stage: Stage) -> Iterator[Stage]:
    """The account as it is remembered here; it is so again afterwards."""
    stage.look_now("trailkeeper-reconcile", "trailkeeper-sweep")
    stage.remember()
    yield stage
    stage.go_back()


def examined(stage: Stage, faults: Faults) -> dict[str, list[str]]:
    """What doctor says of all of these faults at once, by the findings' ids."""
    try:
        return found(stage, faults)
    finally:
        stage.go_back()


@pytest.fixture(scope="module")
def while_healed(healthy: Stage) -> dict[str, list[str]]:
    return examined(healthy, WHILE_HEALED)


@pytest.fixture(scope="module")
def apart(healthy: Stage) -> dict[str, list[str]]:
    return examined(healthy, APART)


@pytest.fixture(scope="module")
def unhealed(healthy: Stage) -> dict[str, list[str]]:
    return examined(healthy, UNHEALED)


def test_with_the_rights_of_its_page_but_one_it_names_that_one(healthy: Stage) -> None:
    rights = [each for each in needs() if each != "glue:GetTable"]
    allowed = {"Effect": "Allow", "Action": rights, "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    healthy.iam.create_user(UserName="reader")
    healthy.iam.put_user_policy(UserName="reader", PolicyName="may", PolicyDocument=policy)
    key = healthy.iam.create_access_key(UserName="reader")["AccessKey"]
    reader = replace(
        healthy.ready,
        access_key_id=key["AccessKeyId"],
        secret_access_key=key["SecretAccessKey"],
    )
    # As AWS words it (IAM user guide, "Access denied error messages").
    healthy.ready.control.fault(
        service="events",
        action="DescribeRule",
        principal="reader",
        error="AccessDeniedException",
        message="User: arn:aws:iam::111122223333:user/reader is not authorized to perform: "
        "events:DescribeRule with an explicit deny in a service control policy",
    )
    try:
        shown = json.loads(trailkeeper(reader, "doctor", "--json", expect=2))
    finally:
        healthy.go_back()
        healthy.ready.control.no_faults()

    assert shown["findings"] == []
    assert {each["why"] for each in shown["unseen"]} == {
        "the right glue:GetTable is missing",
        "a service control policy of your organization denies events:DescribeRule",
    }


@pytest.mark.parametrize("fault", WHILE_HEALED)
def test_a_fault_is_found_by_its_own_finding(
    while_healed: dict[str, list[str]], fault: str
) -> None:
    finding, _, said = WHILE_HEALED[fault]

    assert any(said in words for words in while_healed.get(finding, [])), while_healed


@pytest.mark.parametrize("fault", APART)
def test_a_fault_that_hides_another_is_found_by_its_own_finding(
    apart: dict[str, list[str]], fault: str
) -> None:
    finding, _, said = APART[fault]

    assert any(said in words for words in apart.get(finding, [])), apart


@pytest.mark.parametrize("fault", UNHEALED)
def test_a_fault_that_nobody_heals_is_found_by_its_own_finding(
    unhealed: dict[str, list[str]], fault: str
) -> None:
    finding, _, said = UNHEALED[fault]

    assert any(said in words for words in unhealed.get(finding, [])), unhealed


def test_nothing_is_found_that_is_in_order(
    while_healed: dict[str, list[str]], apart: dict[str, list[str]]
) -> None:
    assert set(while_healed) == {finding for finding, _, _ in WHILE_HEALED.values()}
    # The subscription that is not there any more was deployed by a stack.
    assert set(apart) == {"resource-gone", *(finding for finding, _, _ in APART.values())}


def test_a_healthy_account_has_no_finding_before_or_after_all_of_that(healthy: Stage) -> None:
    # Whatever was wrong, the account has gone back to what it was before.
    assert "Healthy   nothing to put right" in trailkeeper(healthy.ready, "doctor")


def test_in_the_wrong_region_it_says_which_is_the_right_one(healthy: Stage) -> None:
    shown = trailkeeper(healthy.ready, "--region", "eu-west-3", "doctor", expect=2)

    assert "Trailkeeper is not in eu-west-3: its home region is us-east-1" in shown
    assert "trailkeeper --region us-east-1 doctor" in shown


def test_no_log_file_for_an_hour_is_an_alarm_although_all_is_in_order(healthy: Stage) -> None:
    try:
        healthy.ready.control.move_clock(3600)
        told = "[Critical] Alarm trailkeeper-deliveries-silent went off"
        (mail,) = wait_for(
            "the mail of the alarm",
            lambda: [each for each in healthy.mails() if each.subject.startswith(told)],
        )
    finally:
        healthy.go_back()
    assert "No log file was delivered and counted in 45 min" in mail.text
