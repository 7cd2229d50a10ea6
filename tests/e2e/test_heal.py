"""The main job, end to end: the packaged function, real events, its role's rights enforced."""

from __future__ import annotations

import json
import urllib.request
from contextlib import closing
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.e2e.asked import looked_up
from tests.e2e.conftest import ALERT_EMAIL
from tests.e2e.stage import ADMINISTRATOR, Stage, wait_for

pytestmark = pytest.mark.usefixtures("alone")


def test_a_stop_is_healed_by_a_cold_start(stage: Stage) -> None:
    with stage.configured(Description="the next start is cold"):
        event = stage.stop_logging()
        wait_for("the trail to log", stage.logs_events)

    stage.wait_for_mail(event, "Trailkeeper read back what it repaired: it is")


def test_a_stop_is_healed_warm_and_mailed_with_who_did_what_and_what_was_done(
    stage: Stage,
) -> None:
    event = stage.stop_logging()
    wait_for("the trail to log", stage.logs_events, seconds=5)

    mail = stage.wait_for_mail(event)
    assert mail.subject.startswith("[Warning] Trail stopped, logging again")
    assert f"User {ADMINISTRATOR} stopped the CloudTrail trail trailkeeper" in mail.text
    assert f"arn:aws:iam::{stage.ready.account}:user/{ADMINISTRATOR}" in mail.text
    assert "Call: cloudtrail:StopLogging" in mail.text
    assert "Not recorded:" in mail.text
    assert "Logging of the trail: off. Turned on again." in mail.text
    assert "Trailkeeper read back what it repaired: it is" in mail.text
    with urllib.request.urlopen(f"{stage.ready.endpoint}/_embedded/mailbox") as answer:
        [delivered] = [each for each in json.load(answer) if event in each["body"]]
    assert delivered["to"] == ALERT_EMAIL


def test_who_changes_the_functions_changes_nothing_that_runs(stage: Stage) -> None:
    """Everything calls a published version, which nobody can change."""
    functions = stage.client_of_lambda
    before = {}
    for name in (stage.ready.heal_function, stage.ready.alert_function):
        before[name] = functions.get_function_configuration(FunctionName=name)
        functions.update_function_configuration(
            FunctionName=name,
            Handler="nowhere.handler",
            Timeout=1,
            Environment={"Variables": {}},
            Layers=[],
        )
    try:
        event = stage.stop_logging()
        wait_for("the trail to log", stage.logs_events, seconds=5)
        stage.wait_for_mail(event, "Trailkeeper read back what it repaired: it is")
    finally:
        for name, config in before.items():
            functions.update_function_configuration(
                FunctionName=name,
                Layers=[layer["Arn"] for layer in config["Layers"]],
                **{key: config[key] for key in ("Handler", "Timeout", "Environment")},
            )


def test_without_the_right_to_start_the_trail_stays_stopped_and_people_are_told(
    stage: Stage,
) -> None:
    with stage.without_right("cloudtrail:StartLogging"):
        event = stage.stop_logging()
        mail = stage.wait_for_mail(event)
        assert not stage.logs_events()

    assert mail.subject.startswith("[Critical]")
    assert "could NOT put it right" in mail.text
    assert "AccessDeniedException: StartLogging" in mail.text
    assert "NOT verified" in mail.text
    stage.command("reconcile")


def test_a_refused_stop_heals_nothing_and_is_mailed_as_a_try(stage: Stage) -> None:
    before = stage.repairs()
    lies = Config(user_agent="Trailkeeper/verified https://evil.example/login")

    with stage.user("nobody") as client, closing(client("cloudtrail", config=lies)) as trails:
        with pytest.raises(ClientError, match="AccessDenied"):
            trails.stop_logging(Name=stage.trail)
        event = str(stage.calls("StopLogging")[0]["eventID"])

    mail = stage.wait_for_mail(event)
    assert "User nobody called StopLogging" in mail.text
    assert "NOT put right" not in mail.subject
    assert "Trailkeeper read back what it repaired: it is" not in mail.text
    assert "https://evil.example" not in mail.text
    assert not stage.repairs().keys() - before.keys()


def test_the_same_event_twice_heals_once_and_is_mailed_once(stage: Stage) -> None:
    before = stage.repairs()
    event = stage.stop_logging()
    wait_for("the trail to log", stage.logs_events)
    stage.wait_for_mail(event)
    record = next(each for each in stage.calls("StopLogging") if each["eventID"] == event)

    for _ in range(2):
        answer, error = stage.heal(stage.event(record))
        assert (answer["did"], answer["report"]["outcomes"], error) == ("reconciled", [], "")

    stage.wait_until_all_is_told()
    made = [name for each, name in stage.repairs().items() if each not in before]
    assert made == ["StartLogging"]
    assert len(stage.mails_with(event)) == 1


def hostile_events(stage: Stage) -> dict[str, Any]:
    stopped = stage.event(stage.calls("StopLogging")[0])

    def with_detail(**changes: Any) -> dict[str, Any]:
        return {**stopped, "detail": {**stopped["detail"], **changes}}

    foreign = f"arn:aws:cloudtrail:us-east-1:{'9' * 12}:trail/theirs"
    text = (
        "'; DROP TABLE trails; --\r\n<!channel> \u202e{0} %s $(reboot) https://evil.example " * 50
    )
    return {
        "a number": 7,
        "a list": [stopped],
        "nothing": {},
        "no detail": {**stopped, "detail": None},
        "a detail of text": {**stopped, "detail": "StopLogging"},
        "no fields": {**stopped, "detail": {"eventName": "StopLogging"}},
        "fields of other types": with_detail(
            requestParameters=[1], userIdentity="root", eventTime=7, resources={"ARN": 1}
        ),
        "text in every field": with_detail(
            userIdentity={"type": "IAMUser", "arn": f"{text}\x00", "userName": text},
            sourceIPAddress=text,
            userAgent=f"=cmd|' /C calc'!A0{text}",
            eventID="hostile-text",
        ),
        "text as a name": with_detail(requestParameters={"name": text}, eventID="hostile-name"),
        "200 KB of junk": with_detail(
            requestParameters={"name": "x" * 200_000, "deep": [[[["y"] * 100]]]},
            eventID="junk",
        ),
        "a stranger's trail": with_detail(requestParameters={"name": foreign}, eventID="foreign"),
        "another service's call of that name": with_detail(eventSource="evil.amazonaws.com"),
        "another service's DeleteRule": with_detail(
            eventSource="waf.amazonaws.com", eventName="DeleteRule"
        ),
        "a bucket that is not ours": with_detail(
            eventSource="s3.amazonaws.com",
            eventName="PutBucketPolicy",
            requestParameters={"bucketName": "somebody-elses-bucket"},
        ),
    }


def test_hostile_events_crash_nothing_and_touch_nothing(stage: Stage) -> None:
    stage.stop_logging()
    wait_for("the trail to log", stage.logs_events)
    stage.wait_until_all_is_told()
    before, dead = stage.repairs(), stage.dead_letters()

    for what, event in hostile_events(stage).items():
        answer, error = stage.heal(event)
        assert not error, (what, answer)

    stage.wait_until_all_is_told()
    assert not stage.repairs().keys() - before.keys()
    assert stage.dead_letters() == dead
    [told] = stage.mails_with("hostile-text")
    assert "https://evil.example" not in told.subject + told.text
    assert "\u202e" not in told.subject + told.text


def test_a_flood_of_made_up_events_hides_no_stop(stage: Stage) -> None:
    stage.stop_logging()
    wait_for("the trail to log", stage.logs_events)
    stage.wait_until_all_is_told()
    stopped, before = stage.calls("StopLogging")[0], len(stage.mails())
    innocent = {
        "type": "IAMUser",
        "arn": f"arn:aws:iam::{stage.ready.account}:user/innocent",
        "userName": "innocent",
    }
    for number in range(12):
        made_up = {**stopped, "eventID": f"made-up-{number}", "userIdentity": innocent}
        stage.client_of_lambda.invoke(
            FunctionName=stage.ready.heal_function,
            Qualifier="live",
            InvocationType="Event",
            Payload=json.dumps(stage.event(made_up)),
        )

    event = stage.stop_logging()

    wait_for("the trail to log", stage.logs_events)
    stage.wait_for_mail(event, f"User {ADMINISTRATOR} stopped")
    wait_for("the last of them", lambda: len(stage.items("unconfirmed", "made-up-")) == 12)
    stage.wait_until_all_is_told()
    blamed = [each for each in stage.mails()[before:] if "User innocent" in each.text]
    # One that comes while the trail is stopped finds it so, and is told as any stop.
    assert len([each for each in blamed if "already as deployed" in each.subject]) <= 5
    assert not any("keeps stopping" in each.text for each in blamed)


def test_event_history_says_who_stopped_the_trail_where_an_event_names_somebody_else(
    stage: Stage,
) -> None:
    stage.fault(deliver="eventbridge", drop=True, action="StopLogging", times=1)
    event = stage.stop_logging()
    stopped = next(each for each in stage.calls("StopLogging") if each["eventID"] == event)
    innocent = {
        "type": "IAMUser",
        "arn": f"arn:aws:iam::{stage.ready.account}:user/innocent",
        "userName": "innocent",
    }
    made_up = {**stopped, "eventID": "in-place-of-the-real-one", "userIdentity": innocent}
    _, error = stage.heal(stage.event(made_up))
    assert not error
    assert "User innocent stopped" in stage.wait_for_mail("in-place-of-the-real-one").text

    stage.ready.control.tick("trailkeeper-reconcile")

    mail = stage.wait_for_mail("rule stop-caller")
    assert f"user {ADMINISTRATOR}, StopLogging" in mail.text
    assert "Named by events: arn:aws:iam::" in mail.text
    assert "user/innocent" in mail.text


def test_what_somebody_writes_into_the_state_table_holds_off_nothing(stage: Stage) -> None:
    pause = {"started": "2036-01-01T00:00:00+00:00", "until": "2036-01-01T04:00:00+00:00"}
    body = {"S": json.dumps({**pause, "reason": "x", "author": "mallory"})}
    item = {"id": {"S": "pause"}, "at": {"S": "now"}, "body": body}
    with pytest.raises(ClientError, match="explicit deny"):
        stage.dynamodb.put_item(TableName="trailkeeper-state", Item=item)
    table = stage.client_of("trailkeeper-heal", "dynamodb")
    table.put_item(TableName="trailkeeper-state", Item=item)
    try:
        stage.s3.delete_bucket_policy(Bucket=stage.ready.log_bucket)
        wait_for("the policy", lambda: has_policy(stage))
        stage.wait_for_mail("holds an item that Trailkeeper cannot have written", "pause / now")
    finally:
        table.delete_item(
            TableName="trailkeeper-state", Key={name: item[name] for name in ("id", "at")}
        )


def has_policy(stage: Stage) -> bool:
    try:
        return bool(stage.s3.get_bucket_policy(Bucket=stage.ready.log_bucket)["Policy"])
    except ClientError:
        return False


@pytest.mark.parametrize("how", ["the event is lost", "the rule is disabled"])
def test_what_no_event_tells_the_reconcile_heals(stage: Stage, how: str) -> None:
    rule = {"Name": "trailkeeper-trail"}
    if how == "the rule is disabled":
        stage.events.disable_rule(**rule)
    else:
        stage.fault(deliver="eventbridge", drop=True, action="StopLogging", times=1)
    before = len(stage.mails())
    try:
        stage.stop_logging()
        assert not stage.logs_events()

        stage.command("reconcile")

        assert stage.logs_events()
    finally:
        stage.events.enable_rule(**rule)
    mail = wait_for(
        "a mail about what was found",
        lambda: [
            each for each in stage.mails()[before:] if "Trail was not logging" in each.subject
        ],
    )[0]
    assert "Find out who did it" in mail.text
    assert any(row[1:] == ["StopLogging", ADMINISTRATOR] for row in looked_up(stage, mail))


def test_a_trail_of_another_home_region_is_not_touched(stage: Stage) -> None:
    far = stage.ready.session().client(
        "cloudtrail", endpoint_url=stage.ready.endpoint, region_name="eu-central-1"
    )
    with closing(far):
        bucket = "far-logs"
        stage.s3.create_bucket(Bucket=bucket)
        stage.s3.put_bucket_policy(Bucket=bucket, Policy=cloudtrail_may_write(bucket))
        arn = far.create_trail(Name="far", S3BucketName=bucket, IsMultiRegionTrail=True)["TrailARN"]
        far.start_logging(Name=arn)
        far.stop_logging(Name=arn)

        for name in ("far", arn):
            event = stage.event(
                stage.calls("StopLogging")[0] | {"requestParameters": {"name": name}}
            )
            _, error = stage.heal(event)
            assert not error

        assert not far.get_trail_status(Name=arn)["IsLogging"]
        far.delete_trail(Name=arn)


def cloudtrail_may_write(bucket: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": ["s3:GetBucketAcl", "s3:PutObject"],
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
