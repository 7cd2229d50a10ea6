"""Attacks that come together, and AWS on a bad day: nothing is lost, nothing untrue is said."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.e2e import evidence
from tests.e2e.stage import ADMINISTRATOR, Stage, wait_for
from trailkeeper.environments.heal import HealEnviron

pytestmark = pytest.mark.usefixtures("alone")


def wait_until_restored(stage: Stage, as_deployed: dict[str, Any]) -> None:
    wait_for(
        "the evidence as it was deployed",
        lambda: evidence.read(stage) == as_deployed,
    )


def forbid_writing(stage: Stage) -> None:
    stage.s3.delete_bucket_policy(Bucket=stage.ready.log_bucket)


def shorten_lifecycle(stage: Stage) -> None:
    rule = {
        "ID": "tidy",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": 1},
    }
    stage.s3.put_bucket_lifecycle_configuration(
        Bucket=stage.ready.log_bucket, LifecycleConfiguration={"Rules": [rule]}
    )


def slow(stage: Stage, action: str, seconds: float) -> None:
    """The heal function's next call of this action takes so long."""
    stage.fault(
        service="cloudtrail",
        action=action,
        delay_ms=int(seconds * 1000),
        principal=stage.heal_role,
        times=1,
    )


def test_what_happens_in_the_dark_is_healed_and_told_in_one_mail(
    stage: Stage, as_deployed: dict[str, Any]
) -> None:
    """No event comes for calls that nobody records; the reconcile after the heal sees them."""
    slow(stage, "StartLogging", 2)

    event = stage.stop_logging()
    forbid_writing(stage)
    shorten_lifecycle(stage)

    wait_until_restored(stage, as_deployed)
    assert "Turned on again." in stage.wait_for_mail(event).text
    # The stop cannot have changed the bucket, so that is told without an author.
    stage.wait_for_mail("Log bucket policy: deleted. Put back.", "no event says who")
    stage.wait_for_mail("Log bucket life cycle:", "Put back.", "no event says who")


def test_a_trail_that_is_deleted_while_it_is_healed_is_made_again(
    stage: Stage, as_deployed: dict[str, Any]
) -> None:
    slow(stage, "StartLogging", 2)

    event = stage.stop_logging()
    stage.cloudtrail.delete_trail(Name=stage.trail)

    wait_until_restored(stage, as_deployed)
    # The run of either event may be the one that heals.
    stage.wait_for_mail(event)
    stage.wait_for_mail("The trail: deleted. Made again.")


def test_throttling_is_outlasted(stage: Stage) -> None:
    stage.fault(
        service="cloudtrail",
        action="StartLogging",
        error="ThrottlingException",
        principal=stage.heal_role,
        times=4,  # one more than botocore tries by itself
    )

    event = stage.stop_logging()

    wait_for("the trail to log", stage.logs_events)
    stage.wait_for_mail(event, "Turned on again.", "Trailkeeper read back what it repaired")


def test_reads_that_tell_what_was_before_are_not_believed(stage: Stage) -> None:
    assert stage.logs_events()
    stage.command("reconcile")  # a stale answer is that of a read that was made before
    stage.fault(
        service="cloudtrail",
        action="GetTrailStatus",
        stale_seconds=1.4,
        principal=stage.heal_role,
    )

    event = stage.stop_logging()

    wait_for("the trail to log", stage.logs_events)
    mail = stage.wait_for_mail(event)
    assert "Turned on again." in mail.text
    assert "Trailkeeper read back what it repaired: it is as it should be" in mail.text


def test_cloudtrail_that_hears_late_of_the_role_is_waited_for(
    stage: Stage, as_deployed: dict[str, Any]
) -> None:
    """The first run heals role and trail, though for seconds the new role is "Access denied"."""
    for action, error in (
        ("CreateTrail", "InvalidCloudWatchLogsRoleArnException"),
        ("UpdateTrail", "InvalidCloudWatchLogsLogGroupArnException"),
    ):
        stage.fault(
            service="cloudtrail",
            action=action,
            error=error,
            message="Access denied. Verify in IAM that the role has adequate permissions.",
            after="iam",
            after_seconds=3,
            principal=stage.heal_role,
        )
    role = {"RoleName": stage.delivery_role}
    slow(stage, "GetTrailStatus", 2)
    event = stage.stop_logging()
    for name in stage.iam.list_role_policies(**role)["PolicyNames"]:
        stage.iam.delete_role_policy(**role, PolicyName=name)
    stage.iam.delete_role(**role)
    stage.cloudtrail.delete_trail(Name=stage.trail)

    wait_until_restored(stage, as_deployed)
    refused = [each for each in stage.calls("CreateTrail") if each.get("errorCode")]
    assert refused
    told = stage.wait_for_mail(event)
    assert "NOT put" not in told.text


def test_a_refused_repair_is_told_and_the_others_are_done(stage: Stage) -> None:
    with stage.without_right("s3:PutBucketPolicy"):
        slow(stage, "StartLogging", 2)
        event = stage.stop_logging()
        forbid_writing(stage)
        shorten_lifecycle(stage)

        stage.wait_for_mail(event)
        mail = stage.wait_for_mail("could NOT put", "Log bucket policy: deleted. NOT put")
        assert stage.logs_events()

    assert mail.subject.startswith("[Critical]")
    stage.wait_for_mail("Log bucket life cycle")  # by whichever run saw it first
    assert "NOT verified" in mail.text
    stage.command("reconcile")


def test_a_crash_between_creating_and_starting_is_mended_by_the_retry(
    stage: Stage, as_deployed: dict[str, Any]
) -> None:
    with stage.configured(Timeout=3):
        slow(stage, "StartLogging", 15)
        stage.cloudtrail.delete_trail(Name=stage.trail)
        wait_for("the trail to be there again", lambda: trail_is_there(stage))
        assert not stage.logs_events()

        wait_until_restored(stage, as_deployed)


def trail_is_there(stage: Stage) -> bool:
    return bool(stage.cloudtrail.describe_trails(trailNameList=[stage.trail])["trailList"])


def test_whoever_keeps_stopping_the_trail_loses_and_is_told_of_once(stage: Stage) -> None:
    before = len(stage.mails())
    for _ in range(12):
        stage.stop_logging()
        wait_for("the trail to log", stage.logs_events)

    stage.wait_until_all_is_told()
    told = [mail for mail in stage.mails()[before:] if "Trail stopped" in mail.subject]
    fights = [mail for mail in told if "started again each time" in mail.subject]
    assert stage.logs_events()
    assert len(fights) == 1
    assert len(told) <= 3  # the first heals are told like any other
    # Two stops that are handled side by side may both be counted before the fight is told.
    assert re.search(f"User {ADMINISTRATOR} stopped the trail [34] times", fights[0].text)


def test_whoever_fights_loses_all_rights_if_the_settings_say_so(stage: Stage) -> None:
    """The setting and the right that comes with it, as a deploy with `contain: deny` gives them."""
    function = {"FunctionName": stage.ready.heal_function}
    deployed = stage.client_of_lambda.get_function_configuration(**function)["Environment"]
    environ = replace(HealEnviron.from_environ(deployed["Variables"]), contain="deny")
    settings = {"Variables": {**deployed["Variables"], **environ.to_environ()}}
    with (
        stage.user("mallory", "cloudtrail:StopLogging") as client,
        stage.with_right("iam:AttachUserPolicy", "*"),
        stage.configured(Environment=settings),
        closing(client("cloudtrail")) as trails,
    ):

        def is_contained() -> bool:
            try:
                trails.stop_logging(Name=stage.trail)
            except ClientError as refused:
                return "explicit deny" in str(refused)
            wait_for("the trail to log", stage.logs_events)
            return False

        wait_for("mallory to be contained", is_contained)
        policies = {"UserName": "mallory"}
        [attached] = stage.iam.list_attached_user_policies(**policies)["AttachedPolicies"]
        assert attached["PolicyArn"] == "arn:aws:iam::aws:policy/AWSDenyAll"
        stage.iam.detach_user_policy(**policies, PolicyArn=attached["PolicyArn"])

    assert stage.logs_events()
    mail = stage.wait_for_mail("User mallory stopped the trail", "AWSDenyAll")
    assert mail.subject.startswith("[Critical] Locked out after stopping the trail")
    assert "aws iam detach-user-policy --user-name mallory" in mail.text


def want_pause(stage: Stage, minutes: int, reason: str) -> None:
    value = json.dumps({"minutes": minutes, "reason": reason})
    stage.ssm.put_parameter(Name="/trailkeeper/pause", Value=value, Type="String", Overwrite=True)


def test_a_pause_leaves_repairs_to_people_but_not_logging(
    stage: Stage, as_deployed: dict[str, Any]
) -> None:
    bucket = {"Bucket": stage.ready.log_bucket}
    want_pause(stage, 30, "moving the bucket")
    stage.command("pause")
    who = f"arn:aws:iam::{stage.ready.account}:user/{ADMINISTRATOR}"
    stage.wait_for_mail(f"{who} paused all repairs but logging", "moving the bucket")

    forbid_writing(stage)
    changed = str(stage.calls("DeleteBucketPolicy")[0]["eventID"])
    waiting = stage.wait_for_mail(changed)
    assert "Log bucket policy: deleted. Waits: repairs are paused." in waiting.text
    stage.stop_logging()
    wait_for("the trail to log", stage.logs_events)
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        stage.s3.get_bucket_policy(**bucket)

    want_pause(stage, 0, "")
    assert stage.command("resume")["pause"]["reason"] == "moving the bucket"

    assert evidence.read(stage) == as_deployed
    stage.wait_for_mail("repairs are on again", "Log bucket policy: deleted. Put back.")
