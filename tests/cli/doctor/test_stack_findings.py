"""What is said of the statuses of stacks, of change sets that wait, and of stacks elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from boto3 import client

from tests.cli.doctor.answers import (
    ABOUT_STATES,
    QUIET,
    alarm,
    change_set,
    change_sets,
    created,
    stack,
)
from tests.cli.doctor.seen import (
    ALERT,
    NAMES,
    NOW,
    Clients,
    deployed,
    finding,
    functions,
    looked,
    said,
)
from tests.recorded import Recorded
from trailkeeper.cli.account import Account
from trailkeeper.cli.doctor.deployment import Deployment
from trailkeeper.cli.doctor.examine import examine
from trailkeeper.cli.doctor.report import Whom, fix, words
from trailkeeper.cli.doctor.report import note as told_note


def test_every_status_that_a_stack_can_have_is_known_and_has_at_most_one_finding() -> None:
    known = client("cloudformation").meta.service_model.shape_for("StackStatus").enum
    long_ago = NOW - timedelta(days=9)
    found = {
        status: [
            id_
            for id_ in ABOUT_STATES
            if looked(id_, stack(status, LastUpdatedTime=long_ago, CreationTime=long_ago)).found
        ]
        for status in known
    }

    assert {status for status, ids in found.items() if not ids} == {
        *("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"),
        *("IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"),
        "DELETE_COMPLETE",  # which is not among those that there are
    }
    assert {status for status, ids in found.items() if len(ids) > 1} == set()


@pytest.mark.parametrize(
    ("id_", "status", "resource", "note"),
    [
        (
            "stack-half-rolled-back",
            "UPDATE_ROLLBACK_FAILED",
            "UPDATE_FAILED",
            "First put right what it failed at (Table, Topic). What cannot be taken back, "
            "--resources-to-skip with its logical id leaves as it is, and CloudFormation counts it "
            "as taken back: then npx cdk deploy TrailkeeperResponse --revert-drift",
        ),
        (
            "stack-half-deleted",
            "DELETE_FAILED",
            "DELETE_FAILED",
            "It forgets what could not be deleted, which stays in the account (Table, Topic); "
            "--retain-resources with logical ids does so for these alone. Retained evidence stays, "
            "too. Then npx cdk deploy --all makes the stack again; docs/leaving.md removes what is "
            "in its way.",
        ),
    ],
)
def test_what_an_operation_failed_at_is_named_by_its_logical_ids(
    id_: str, status: str, resource: str, note: str
) -> None:
    listed = [
        {"LogicalResourceId": each, "ResourceStatus": ended, "ResourceType": "x"}
        for each, ended in (("Table", resource), ("Role", "DELETE_COMPLETE"), ("Topic", resource))
    ]
    answers = {**stack(status), "ListStackResources": {"StackResourceSummaries": listed}}

    (found,) = looked(id_, answers).found

    assert told_note(found) == note


def test_that_the_resources_may_not_be_listed_hides_nothing_of_the_stack() -> None:
    answers = {**stack("DELETE_FAILED"), "ListStackResources": "AccessDenied"}

    examined = looked("stack-half-deleted", answers)

    (found,) = examined.found
    assert "stays in the account (its events say what)" in told_note(found)
    (unseen,) = examined.unseen
    assert "cloudformation:ListStackResources" in unseen.right


def test_who_made_a_change_set_is_whom_the_history_says_it_answered_with_it() -> None:
    other = QUIET.replace("/1", "/2")
    made = (
        created("innocent", other),
        created("mallory", QUIET),
        created("denied", "", errorCode="AccessDenied", responseElements=None),
    )
    ((said_words, _),) = said(
        "change-set-waiting",
        {**stack("CREATE_COMPLETE"), **change_sets(change_set(), history=made)},
    )

    assert said_words == (
        "the change set quiet of TrailkeeperResponse CAN BE EXECUTED, made 3 h ago, by user mallory"
    )


def test_a_change_set_with_cdks_name_is_said_to_have_it_and_no_more() -> None:
    """Anybody can give it that name."""
    listed = change_sets(change_set(ChangeSetName="cdk-deploy-change-set"))
    ((said_words, _),) = said("change-set-waiting", {**stack("CREATE_COMPLETE"), **listed})

    assert said_words.endswith(
        "heard yet; cdk deploy gives this name, and executes it within minutes"
    )
    assert "foreign" not in said_words


def test_a_history_that_may_not_be_asked_is_said_in_one_line_and_hides_no_change_set() -> None:
    listed = change_sets(change_set(), history="AccessDeniedException")
    examined = looked("change-set-waiting", {**stack("CREATE_COMPLETE"), **listed})

    (found,) = examined.found
    assert words(found) == (
        "the change set quiet of TrailkeeperResponse CAN BE EXECUTED, made 3 h ago, by whom "
        "event history does not say: the right cloudtrail:LookupEvents is missing"
    )
    assert examined.unseen == ()
    assert told_note(found).endswith(
        f"aws cloudformation delete-change-set --region us-east-1 --change-set-name {QUIET}"
    )


def test_change_sets_of_one_stack_that_may_not_be_listed_hide_none_of_another() -> None:
    def listed(asked: Mapping[str, Any]) -> Any:
        if asked["StackName"] == "TrailkeeperEvidence":
            return "AccessDenied"
        return {"Summaries": [change_set()]}

    answers = {**stack("CREATE_COMPLETE"), **change_sets(), "ListChangeSets": listed}
    examined = looked("change-set-waiting", answers)

    assert len(examined.found) == 1
    (unseen,) = examined.unseen
    assert "cloudformation:ListChangeSets" in unseen.right


def test_the_stacks_of_all_regions_of_the_settings_are_looked_at() -> None:
    """Every region answers the same here: a rule that sends its events home, and has no target."""
    asked: set[str | None] = set()

    class Regions(Clients):
        def patient_client(self, service: str, region: str | None = None) -> Any:
            if service == "events":
                asked.add(region)
            answers = deployed("AWS::Events::Rule", "trailkeeper-instances")
            (found,) = answers["DescribeStacks"]["Stacks"]
            found["StackName"] = "TrailkeeperSatellite-eu-west-1"
            rule = {
                "Name": "trailkeeper-instances",
                "Arn": "arn:aws:events:eu-west-1:111122223333:rule/trailkeeper-instances",
                "State": "DISABLED",
            }
            alert = replace(ALERT, ec2_regions=("eu-west-1",))
            known = {**answers, **functions(alert=alert), "DescribeRule": rule}
            return getattr(Recorded({**known, "ListTargetsByRule": {"Targets": []}}), service)

    deployment = Deployment(cast(Account, Regions({})), NAMES, NOW)
    wanted = [finding(each) for each in ("rule-disabled", "rule-leads-nowhere")]
    examined = examine(deployment, wanted)

    assert examined.unseen == ()
    assert asked == {"us-east-1", "eu-west-1"}
    assert {(each.finding.id, fix(each, Whom())) for each in examined.found} == {
        (
            "rule-disabled",
            "aws events enable-rule --region eu-west-1 --name=trailkeeper-instances",
        ),
        (
            "rule-leads-nowhere",
            "npx cdk deploy TrailkeeperSatellite-eu-west-1 --revert-drift",
        ),
    }


def test_a_region_that_may_not_be_asked_hides_nothing_of_the_home_region() -> None:
    home = replace(NAMES, region="eu-west-3")
    asked: list[str] = []

    class Regions(Clients):
        def patient_client(self, service: str, region: str | None = None) -> Any:
            asked.append(region or "")
            answers = alarm(ActionsEnabled=False)
            if region == "us-east-1":
                answers = {"DescribeStacks": "AccessDenied"}
            return getattr(Recorded(answers), service)

    deployment = Deployment(cast(Account, Regions({})), home, NOW)
    wanted = [finding("alarm-disarmed"), finding("billing-data-missing")]
    examined = examine(deployment, wanted)

    assert [each.finding.id for each in examined.found] == ["alarm-disarmed"]
    (unseen,) = examined.unseen
    assert unseen.right.startswith("cloudformation:DescribeStacks or ")
