"""A control of the CIS benchmark from the call to the mail, through AWS's own parts."""

from __future__ import annotations

from tests.e2e.stage import ADMINISTRATOR, Stage


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
