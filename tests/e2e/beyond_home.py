"""What happens in a region beyond home is told at home, once each."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from stage.places import CDK
from tests.e2e.command_line import trailkeeper
from tests.e2e.stage import Mail, Stage, wait_for

AWAY = "us-east-1"
_STACK = f"TrailkeeperSatellite-{AWAY}"
_STATES_RULE = "trailkeeper-instance-states-sent-home"
_DAY = 86_400.0


def is_told(stage: Stage) -> None:
    """An instance, a call of IAM and the charges, of an account whose home is elsewhere."""
    assert stage.ready.region != AWAY
    _a_billing_alarm_without_data(stage)
    instance = _a_stopped_instance(stage)
    _a_change_of_the_delivery_role(stage)
    _the_charges(stage)

    stage.ready.control.settle()
    for subject in (
        f"{instance} stopped in {AWAY}",
        "delivery role changed",
        "213.45 USD spent this month",
        "320 USD forecast for this month",
        "No billing data",
    ):
        assert len(_with_subject(stage, subject)) == 1, subject


def _a_billing_alarm_without_data(stage: Stage) -> None:
    """Nobody has turned billing alerts on in a new account."""
    control = stage.ready.control
    control.tick("trailkeeper-sweep")
    control.settle()
    assert _with_subject(stage, "No billing data") == []
    control.move_clock(_DAY)
    control.move_clock(_DAY)
    for _ in range(2):
        control.tick("trailkeeper-sweep")
    mail = _mail(stage, "No billing data, the billing alarm is blind")
    assert "Receive CloudWatch billing alerts" in mail.text


def _a_stopped_instance(stage: Stage) -> str:
    ec2 = stage.ready.client("ec2", AWAY)
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType="t3.micro")[
        "Instances"
    ][0]["InstanceId"]
    ec2.stop_instances(InstanceIds=[instance])
    mail = _mail(stage, f"{instance} stopped in {AWAY}")
    assert "administrator stopped" in mail.text
    assert f"aws ec2 start-instances --region {AWAY} --instance-ids {instance}" in mail.text
    return str(instance)


def _a_change_of_the_delivery_role(stage: Stage) -> None:
    """IAM puts its calls on the bus of us-east-1 alone, wherever they are made."""
    role = {"RoleName": stage.delivery_role, "PolicyName": "deliver"}
    stage.iam.delete_role_policy(**role)
    mail = _mail(stage, "delivery role changed")
    assert "administrator" in mail.subject
    assert stage.iam.get_role_policy(**role)["PolicyDocument"]["Statement"]


def _the_charges(stage: Stage) -> None:
    stage.ready.control.charge(213.45, forecast=320)
    alarm = _mail(stage, "213.45 USD spent this month, limit 200 USD")
    assert "more than the limit of 200 USD" in alarm.text
    assert "costmanagement/home?region=us-east-1#/cost-explorer" in alarm.text
    forecast = _mail(stage, "320 USD forecast for this month, limit 300 USD")
    assert "by the end of the month" in forecast.text


def doctor_sees_it(stage: Stage) -> None:
    """A rule that is off, in a region where the settings have nothing but a small stack."""
    rules = stage.ready.client("events", AWAY)
    rules.disable_rule(Name=_STATES_RULE)
    found = json.loads(trailkeeper(stage.ready, "doctor", "--json", expect=1))["findings"]
    rules.enable_rule(Name=_STATES_RULE)
    (fix,) = (each["fix"] for each in found if each["id"] == "rule-disabled")
    assert fix == f"aws events enable-rule --region {AWAY} --name={_STATES_RULE}"


def an_unprepared_region_is_one_clear_error(stage: Stage, assembly: Path) -> None:
    """Nobody ran `cdk bootstrap` there; the page about a first deploy has these words."""
    stage.ready.client("ssm", AWAY).delete_parameter(Name="/cdk-bootstrap/hnb659fds/version")
    done = subprocess.run(
        [str(CDK), "deploy", "--app", str(assembly), "--exclusively", _STACK],
        env={**stage.environ(), "PATH": os.environ["PATH"], "CDK_DISABLE_VERSION_CHECK": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert f"{_STACK}: SSM parameter /cdk-bootstrap/hnb659fds/version not found" in said
    assert "Has the environment been bootstrapped?" in said


def _mail(stage: Stage, subject: str) -> Mail:
    return wait_for(f"a mail: {subject}", lambda: _with_subject(stage, subject), 30.0)[0]


def _with_subject(stage: Stage, words: str) -> list[Mail]:
    return [each for each in stage.mails() if words in each.subject]
