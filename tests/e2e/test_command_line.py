"""The command `trailkeeper` against the deployed account."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from stage.account import DEPLOYER, OPERATOR
from stage.ready import Ready
from tests.e2e import evidence
from tests.e2e.asked import search_of
from tests.e2e.command_line import trailkeeper
from tests.e2e.conftest import Deployed
from tests.e2e.stage import Stage, wait_for


@pytest.fixture
def stage(deployed: Deployed) -> Stage:
    return Stage(deployed.ready)


def test_status_of_an_account_in_order(stage: Stage) -> None:
    wait_for("the log group's protection", lambda: evidence.is_protected(stage))
    stage.look_now("trailkeeper-reconcile", "trailkeeper-sweep")

    shown = trailkeeper(stage.ready, "status")

    assert shown.startswith("Alerts    ")
    assert " confirmed" in shown
    assert "no dead letters" in shown
    assert f"Account   {stage.ready.account}, {stage.ready.region}, Trailkeeper 0.1.0" in shown
    assert f"Trail     {stage.trail.rsplit('/', 1)[-1]} logs" in shown
    assert "Drift     none" in shown


def test_a_planned_change_goes_through_the_door(stage: Stage) -> None:
    bucket = stage.ready.log_bucket
    baseline = stage.s3.get_bucket_policy(Bucket=bucket)["Policy"]
    trailkeeper(stage.ready, "pause", "--minutes", "5", "--reason", "moving the logs")

    stage.s3.delete_bucket_policy(Bucket=bucket)
    trailkeeper(stage.ready, "reconcile")

    shown = trailkeeper(stage.ready, "status", "--exit-code", expect=3)
    assert "log bucket policy: would be restored (when the pause is over)" in shown
    assert "moving the logs" in shown
    wait_for(
        "the mail about the pause",
        lambda: [mail for mail in stage.mails() if "Repairs paused until" in mail.subject],
    )

    resumed = trailkeeper(stage.ready, "resume")
    assert "log bucket policy: healed" in resumed
    assert "moving the logs" in resumed
    assert json.loads(stage.s3.get_bucket_policy(Bucket=bucket)["Policy"]) == json.loads(baseline)


@pytest.fixture(scope="module")
def operator(deployed: Deployed) -> Ready:
    """The account for somebody with the rights of docs/deploy-policy.json, and no others."""
    key = deployed.ready.client("iam").create_access_key(UserName=OPERATOR)["AccessKey"]
    return replace(
        deployed.ready,
        access_key_id=key["AccessKeyId"],
        secret_access_key=key["SecretAccessKey"],
    )


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("reconcile", "--dry-run"),
        ("versions",),
        ("alerts", "redrive"),
        ("search", "--via", "history", "--event", "ExecuteChangeSet", "--since", "1h"),
    ],
    ids=" ".join,
)
def test_the_command_needs_no_more_rights_than_are_written_down(
    operator: Ready, command: tuple[str, ...]
) -> None:
    shown = trailkeeper(operator, *command)

    assert "AccessDenied" not in shown
    assert "not authorized" not in shown


def test_who_deploys_and_who_runs_the_command_may_do_nothing_else(
    operator: Ready, stage: Stage
) -> None:
    """The account was deployed by the user deployer, with enforcement on."""
    key = stage.iam.create_access_key(UserName=DEPLOYER)["AccessKey"]
    deployer = replace(
        stage.ready,
        access_key_id=key["AccessKeyId"],
        secret_access_key=key["SecretAccessKey"],
    )

    refused = [
        lambda: deployer.client("iam").create_user(UserName="mallory"),
        lambda: deployer.client("cloudtrail").stop_logging(Name=stage.trail),
        lambda: operator.client("cloudtrail").stop_logging(Name=stage.trail),
        lambda: operator.client("s3").delete_bucket_policy(Bucket=stage.ready.log_bucket),
        lambda: operator.client("lambda").delete_function(FunctionName="trailkeeper-heal"),
    ]
    for each in refused:
        with pytest.raises(ClientError, match="AccessDenied"):
            each()


def test_preview_knows_the_deployed_settings(stage: Stage, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(
        json.dumps(
            {
                "id": "1",
                "detail-type": "EC2 Instance State-change Notification",
                "source": "aws.ec2",
                "account": stage.ready.account,
                "region": stage.ready.region,
                "time": "2026-11-20T03:04:05Z",
                "detail": {"instance-id": "i-0123456789abcdef0", "state": "running"},
            }
        )
    )

    shown = trailkeeper(stage.ready, "preview", "--event", str(event))

    assert "an alert would be sent" in shown
    assert stage.ready.topic_arn in shown
    assert "Slack webhook kept at ssm:/trailkeeper/slack" in shown


def test_the_search_that_a_mail_shows_finds_the_attack(stage: Stage) -> None:
    mail = stage.wait_for_mail(stage.stop_logging())

    # Event history answers two calls of 50 events a second, and other tests were busy before.
    found = trailkeeper(stage.ready, *search_of(mail), "--limit", "50", "--output", "csv")

    assert "StopLogging" in found


def test_the_first_check_of_the_readme_brings_a_mail(stage: Stage) -> None:
    stage.cloudwatch.set_alarm_state(
        AlarmName="trailkeeper-heal-errors", StateValue="ALARM", StateReason="a first check"
    )

    wait_for(
        "the mail about the alarm",
        lambda: [mail for mail in stage.mails() if "trailkeeper-heal-errors" in mail.subject],
    )


def test_dead_letters_with_none(stage: Stage) -> None:
    assert "No dead letters." in trailkeeper(stage.ready, "dead-letters")


def test_redrive_with_nothing_to_send(stage: Stage) -> None:
    assert "No dead alerts." in trailkeeper(stage.ready, "alerts", "redrive")


def test_a_region_without_trailkeeper_says_so(stage: Stage) -> None:
    shown = trailkeeper(stage.ready, "--region", "eu-west-3", "status", expect=1)

    assert "there is no function trailkeeper-heal in this account and region" in shown


def test_cost_counts_what_is_deployed_and_a_second_trail_makes_ours_a_paid_copy(
    stage: Stage,
) -> None:
    asked = ("cost", "--events", "300000", "--json")
    alone = json.loads(trailkeeper(stage.ready, *asked))

    amounts = {each["item"]: each["amount"] for each in alone["items"]}
    # Three are about counted deliveries, one about a control of the benchmark.
    assert (amounts["Keys"], amounts["Alarms"], amounts["Dashboard"]) == (2, 10 + 3 + 1, 1)
    # A control has a metric of its own, as the one on trails has; 16 are of what is delivered.
    assert amounts["Heartbeats and other metrics"] == 2 + 16 + 2
    assert amounts["CloudTrail Insights"] == 356_526
    assert alone["usd"] == pytest.approx(12.96 + 1.26 + 0.10 + 2 * 0.30, abs=0.02)
    bucket = f"audit-{stage.ready.account}"
    stage.s3.create_bucket(Bucket=bucket)
    stage.s3.put_bucket_policy(Bucket=bucket, Policy=of_cloudtrail(bucket))
    stage.cloudtrail.create_trail(Name="audit", S3BucketName=bucket, IsMultiRegionTrail=True)
    stage.cloudtrail.start_logging(Name="audit")
    try:
        shown = trailkeeper(stage.ready, "cost", "--events", "300000")
    finally:
        stage.cloudtrail.delete_trail(Name="audit")
    assert "trail/audit records all regions, too" in shown
    (row,) = (line.split() for line in shown.splitlines() if line.startswith("A second trail"))
    assert row[-2:] == ["7.13", "7.13"]


def of_cloudtrail(bucket: str) -> str:
    """A bucket policy that lets CloudTrail deliver."""
    allowed = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {**allowed, "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{bucket}"},
                {**allowed, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*"},
            ],
        }
    )


def test_service_control_policies_are_of_the_deployed_account(stage: Stage) -> None:
    shown = trailkeeper(stage.ready, "scp")

    first = json.loads(shown.splitlines()[0])["Statement"][0]
    heal = f"arn:aws:iam::{stage.ready.account}:role/{stage.heal_role}"
    assert heal in first["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    assert f"--target-id {stage.ready.account}" in shown
