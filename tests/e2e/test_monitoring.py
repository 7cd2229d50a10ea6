"""What the trail says by itself, from the call to the mail: controls of CIS, and Insights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from embedded.control import Control
from tests.e2e.stage import ADMINISTRATOR, Stage, wait_for
from tests.insight_events import event


def test_a_call_is_counted_alarms_and_is_told_with_its_author(stage: Stage) -> None:
    stage.ec2.describe_vpcs()
    assert not stage.mails_with("VPC or a peering")

    vpc = stage.ec2.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]

    mail = stage.wait_for_mail("VPC or a peering")
    assert mail.subject.startswith("[Warning] VPCs changed - administrator")
    assert f"Who: user {ADMINISTRATOR}" in mail.text
    assert "Call: ec2:CreateVpc" in mail.text
    assert f"Resource: {vpc}" in mail.text
    # Reading VPCs looks alike, and is no change.
    assert "It was one call" in mail.text


def test_what_cloudtrail_insights_saw_is_one_mail_of_start_and_end(stage: Stage) -> None:
    control, place = Control(stage.ready.endpoint), stage.ready

    for state in ("Start", "End"):
        control.say(event(state), account=place.account, region=place.region)

    mail = stage.wait_for_mail("CloudTrail Insights saw")
    assert mail.subject.startswith("[Warning] Unusual ec2:RunInstances calls, over after 7 min")
    assert "Who: arn:aws:iam::123456789012:user/mallory, 40 a minute" in mail.text
    stage.wait_until_all_is_told()
    assert len(stage.mails_with("CloudTrail Insights saw")) == 1


def test_a_delivered_log_file_is_counted_by_service_and_outcome(stage: Stage) -> None:
    stage.ec2.describe_vpcs()

    def counted() -> float:
        now = datetime.now(UTC)
        answer = stage.cloudwatch.get_metric_statistics(
            Namespace="Trailkeeper",
            MetricName="RecordsBySource",
            Dimensions=[{"Name": "Source", "Value": "ec2"}, {"Name": "Error", "Value": "none"}],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(hours=1),
            Period=3600,
            Statistics=["Sum"],
        )
        return float(sum(each["Sum"] for each in answer["Datapoints"]))

    wait_for("the records of EC2 to be counted", counted)
