"""The preview says what would be sent, where, and why or why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE
from tests.lambdas.alert.conftest import api_call, state_change
from tests.lambdas.alert.test_deleted_files import deleted
from trailkeeper.cli.deployed import Functions
from trailkeeper.cli.preview import preview
from trailkeeper.detections.catalogue import DETECTIONS
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.environments.schedule import LOOK
from trailkeeper.evidence.expected import ExpectedActor

ENVIRON = AlertEnviron("arn:aws:sns:us-east-1:123456789012:trailkeeper-alerts", "queue", "table")
FUNCTIONS = Functions(HealEnviron(BASELINE, "queue"), ENVIRON)
NOW = datetime(2026, 11, 20, 9, 17, 40, tzinfo=UTC)
STOPPED = state_change("i-0123456789abcdef0", "stopped", "e1")


def call(source: str, name: str, **detail: Any) -> dict[str, Any]:
    return {"detail": {"eventSource": source, "eventName": name, "eventID": "e", **detail}}


def test_what_where_and_why() -> None:
    environ = replace(ENVIRON, slack_webhook="ssm:/slack/webhook")
    shown = str(preview(STOPPED, replace(FUNCTIONS, alert=environ)))
    assert "Verdict: an alert would be sent" in shown
    assert "state stopped is in ec2_states" in shown
    assert "sent at once when it was quiet, else counted in a summary after 60 s" in shown
    assert "Slack webhook kept at ssm:/slack/webhook" in shown
    assert "Subject: [Info] EC2 i-0123456789abcdef0 stopped in us-east-1" in shown
    assert "\n\nThe EC2 instance i-0123456789abcdef0 in us-east-1 stopped at" in shown
    assert '"type": "header"' in shown


def test_a_log_file_that_somebody_deletes() -> None:
    shown = str(preview(deleted(1), FUNCTIONS))

    assert "Verdict: an alert would be sent" in shown
    assert "Deletions are counted for 30 seconds and told together." in shown
    assert "Subject: [Critical] 1 log file deleted for good" in shown


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "Lifecycle Expiration", "requester": "s3.amazonaws.com"},
        {"bucket": {"name": "trailkeeper-access-123456789012-us-east-1"}},
    ],
    ids=["by the life cycle", "of another bucket"],
)
def test_a_file_whose_deletion_is_no_news(change: dict[str, Any]) -> None:
    assert "Verdict: nothing would be sent" in str(preview(deleted(1, **change), FUNCTIONS))


@pytest.mark.parametrize(
    ("changes", "tags", "reason"),
    [
        ({"ec2_states": ("running",)}, {}, "state stopped is not in ec2_states (running)"),
        (
            {"home_region": "eu-central-1", "ec2_regions": ("eu-west-1",)},
            {},
            "region us-east-1 is neither home_region (eu-central-1) nor in ec2_regions (eu-west-1)",
        ),
        ({"ec2_tags": {"env": ("prod",)}}, {"env": "dev"}, "tag env is dev, and ec2_tags asks"),
        ({"ec2_tags": {"env": ()}}, {}, "the instance has no tag env"),
        (
            {"autoscaling": "ignore"},
            {"aws:autoscaling:groupName": "web"},
            "Auto Scaling did it, and autoscaling is ignore",
        ),
    ],
)
def test_why_not(changes: dict[str, Any], tags: dict[str, str], reason: str) -> None:
    instance = {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
    shown = preview(STOPPED, replace(FUNCTIONS, alert=replace(ENVIRON, **changes)), instance)
    assert shown.mail is None
    assert any(reason in each for each in shown.reasons)


def test_calls_on_instances() -> None:
    carried_out = api_call("StopInstances", "i-0123456789abcdef0")
    denied = api_call("StopInstances", "i-0123456789abcdef0", error="Client.UnauthorizedOperation")
    assert preview(carried_out, FUNCTIONS).mail is None
    mail = preview(denied, FUNCTIONS).mail
    assert mail
    assert "EC2 StopInstances denied" in mail.subject


@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda each: each.id)
def test_every_detection(detection: Any) -> None:
    event = call(detection.event_source, detection.events[0])
    shown = preview(event, FUNCTIONS, now=NOW)
    assert shown.alert is not None
    assert shown.alert.detection == detection.id


def test_tampering_that_is_none() -> None:
    other_bucket = call("s3.amazonaws.com", "DeleteBucket", requestParameters={"bucketName": "x"})
    assert "not part of the evidence" in preview(other_bucket, FUNCTIONS).reasons[0]
    unknown = call("evil.amazonaws.com", "StopLogging")
    assert "no detection" in preview(unknown, FUNCTIONS).reasons[0]
    refused = call("cloudtrail.amazonaws.com", "StopLogging", errorCode="AccessDenied")
    assert "nothing is healed" in preview(refused, FUNCTIONS).reasons[0]


def test_a_flush_is_nothing_to_send() -> None:
    flush = {"flush": {"group": "g", "window": "w", "seconds": 60}}
    assert preview(flush, FUNCTIONS).mail is None


def test_what_cannot_be_read_is_told() -> None:
    mail = preview({"what": "is this"}, FUNCTIONS).mail
    assert mail
    assert "Unreadable message" in mail.subject


def seen(source: str, name: str, **envelope: Any) -> dict[str, Any]:
    """A call as the bus delivers it."""
    service = source.removesuffix(".amazonaws.com")
    return {
        "detail-type": "AWS API Call via CloudTrail",
        "source": f"aws.{service}",
        "account": BASELINE.account,
        "region": BASELINE.region,
        **call(source, name, requestParameters={"name": "trailkeeper"}),
        **envelope,
    }


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (
            seen("cloudtrail.amazonaws.com", "StopLogging", region="eu-west-3"),
            "no rule sees it in eu-west-3: rules for events of aws.cloudtrail are in us-east-1 "
            "alone",
        ),
        (
            {**STOPPED, "region": "eu-west-3"},
            "no rule sees it in eu-west-3: rules for events of aws.ec2 are in us-east-1 alone",
        ),
        (
            seen(
                "cloudtrail.amazonaws.com",
                "StopLogging",
                **{"detail-type": "AWS Network Activity Event via CloudTrail"},
            ),
            'no rule sees it: none asks for events of the kind "AWS Network Activity Event via '
            'CloudTrail"',
        ),
        (
            seen("cloudtrail.amazonaws.com", "DescribeTrails"),
            "no rule sees it: none asks for DescribeTrails of cloudtrail.amazonaws.com",
        ),
        (
            seen("sqs.amazonaws.com", "DeleteQueue"),
            "no rule sees it: none asks for events of aws.sqs",
        ),
        (
            {**seen("cloudtrail.amazonaws.com", "StopLogging"), "source": "custom.app"},
            "no rule sees it: none asks for events of custom.app",
        ),
    ],
)
def test_what_no_rule_sees_is_not_sent(event: dict[str, Any], reason: str) -> None:
    shown = preview(event, FUNCTIONS, now=NOW)

    assert shown.verdict == "nothing would be sent"
    assert shown.reasons == (reason,)
    assert shown.mail is None


def test_iam_tells_its_changes_in_one_region_alone() -> None:
    baseline = replace(BASELINE, region="eu-central-1")
    functions = replace(FUNCTIONS, heal=HealEnviron(baseline, "queue"))
    event = seen("iam.amazonaws.com", "DeleteRolePolicy", region="eu-central-1")

    (reason,) = preview(event, functions, now=NOW).reasons

    assert reason == (
        "calls of iam.amazonaws.com never arrive in eu-central-1; the sweep alone sees what they "
        "change"
    )


AWAY = replace(
    FUNCTIONS,
    heal=HealEnviron(replace(BASELINE, region="eu-central-1"), "queue"),
    alert=replace(FUNCTIONS.alert, home_region="eu-central-1", ec2_regions=("eu-west-1",)),
)


@pytest.mark.parametrize(
    "event",
    [
        {**STOPPED, "region": "eu-west-1"},
        seen("iam.amazonaws.com", "DeleteRolePolicy", region="us-east-1"),
        seen("monitoring.amazonaws.com", "DeleteAlarms", region="us-east-1"),
    ],
)
def test_what_other_regions_send_home_is_seen(event: dict[str, Any]) -> None:
    assert preview(event, AWAY, now=NOW).mail


@pytest.mark.parametrize(
    ("event", "changes", "where"),
    [
        ({**STOPPED, "region": "us-east-1"}, {}, "aws.ec2 are in eu-central-1, eu-west-1 alone"),
        (
            seen("iam.amazonaws.com", "DeleteRolePolicy", region="us-east-1"),
            {"forward_iam_calls": False},
            "aws.iam are in eu-central-1 alone",
        ),
        (
            seen("monitoring.amazonaws.com", "DeleteAlarms", region="us-east-1"),
            {"billing_alarm_usd": None},
            "aws.monitoring are in eu-central-1 alone",
        ),
    ],
)
def test_what_nobody_sends_home_is_not_seen(
    event: dict[str, Any], changes: dict[str, Any], where: str
) -> None:
    shown = preview(event, replace(AWAY, heal=replace(AWAY.heal, **changes)), now=NOW)

    assert shown.mail is None
    assert shown.reasons[0].endswith(where)


def test_the_dark_time_is_the_events() -> None:
    stop = seen("cloudtrail.amazonaws.com", "StopLogging")
    stop["detail"]["eventTime"] = "2024-07-31T13:06:24Z"

    mail = preview(stop, FUNCTIONS).mail

    assert mail
    assert "2024-07-31 13:06:24" in mail.body
    assert "4 s" in mail.body
    assert "2026" not in mail.body


def test_an_event_of_another_account_is_shown_as_if_it_came_here() -> None:
    event = seen("cloudtrail.amazonaws.com", "StopLogging", account="999999999999")

    shown = preview(event, FUNCTIONS, now=NOW)

    assert shown.mail
    assert shown.reasons[-1] == (
        "the event is of account 999999999999; it is shown as if it came to 123456789012"
    )


def test_a_schedule_sends_nothing_by_itself() -> None:
    assert preview(dict(LOOK), FUNCTIONS).verdict == "nothing by itself"


OURSELVES = {
    "type": "AssumedRole",
    "arn": "arn:aws:sts::123456789012:assumed-role/trailkeeper-heal-us-east-1/trailkeeper-heal",
    "sessionContext": {"sessionIssuer": {"arn": BASELINE.names.heal_role_arn}},
}
CLOUDTRAIL = "cloudtrail.amazonaws.com"


def with_other_trails(setting: Any) -> Functions:
    return replace(FUNCTIONS, heal=replace(FUNCTIONS.heal, other_trails=setting))


@pytest.mark.parametrize(
    ("setting", "subject"),
    [("restart", "started again"), ("alert", "left as it is"), ("ignore", None)],
)
def test_somebody_elses_trail_is_not_ours_to_have_healed(setting: str, subject: str | None) -> None:
    stop = call(CLOUDTRAIL, "StopLogging", requestParameters={"name": "theirs"})

    shown = preview(stop, with_other_trails(setting), now=NOW)

    assert "trail-stopped: another trail" in shown.reasons[0]
    assert (shown.verdict == "an alert would be sent") is (subject is not None)
    if shown.alert and shown.mail:
        assert shown.alert.what.key == "subject.other.stopped"
        assert "theirs" in shown.mail.subject
        assert "4 s" not in shown.mail.subject
        assert any(str(subject) in reason for reason in shown.reasons)


@pytest.mark.parametrize(
    ("name", "parameters", "subject"),
    [
        (
            "UpdateTrail",
            {"name": "theirs", "s3BucketName": "elsewhere"},
            "[Warning] Other trail theirs changed, NOT undone",
        ),
        ("DeleteTrail", {"name": "theirs"}, "[Warning] Other trail theirs deleted, NOT undone"),
        (
            "PutEventSelectors",
            {"trailName": "theirs"},
            "[Warning] Other trail theirs records other events, NOT undone",
        ),
        (
            "UpdateTrail",
            {"name": "arn:aws:cloudtrail:us-east-1:999999999999:trail/theirs"},
            "[Critical] Organization trail theirs changed, NOT undone",
        ),
    ],
)
def test_what_is_done_to_another_trail_is_told_as_the_heal_function_does(
    name: str, parameters: dict[str, Any], subject: str
) -> None:
    change = call(CLOUDTRAIL, name, requestParameters=parameters)

    shown = preview(change, FUNCTIONS, now=NOW)

    assert shown.mail
    assert shown.mail.subject.startswith(subject)
    assert "another trail is told and left as it is; an organization's is told louder" in (
        shown.reasons
    )
    assert preview(change, with_other_trails("ignore"), now=NOW).alert is None


def test_our_own_repair_accuses_nobody() -> None:
    repair = call(CLOUDTRAIL, "CreateTrail", userIdentity=OURSELVES)

    shown = preview(repair, FUNCTIONS, now=NOW)

    assert shown.verdict == "nothing would be sent"
    assert "our own repair" in shown.reasons[0]
    assert shown.alert is None


def test_a_deploy_is_no_news_only_under_a_condition() -> None:
    identity = {"type": "IAMUser", "userName": "bot", "invokedBy": "cloudformation.amazonaws.com"}

    shown = preview(call(CLOUDTRAIL, "UpdateTrail", userIdentity=identity), FUNCTIONS, now=NOW)

    assert any("a deploy of Trailkeeper's own stacks" in reason for reason in shown.reasons)


def test_reasons_carry_no_control_characters() -> None:
    evil = call("s3.amazonaws.com", "DeleteBucket", requestParameters={"bucketName": "x\x1b[31m"})

    assert "\x1b" not in str(preview(evil, FUNCTIONS))


PIPELINE = "arn:aws:iam::123456789012:role/deploy"
SESSION = {
    "type": "AssumedRole",
    "arn": "arn:aws:sts::123456789012:assumed-role/deploy/run-17",
    "sessionContext": {"sessionIssuer": {"arn": PIPELINE, "userName": "deploy"}},
}
PLAN = ExpectedActor(("DeleteBucketPolicy",), PIPELINE, until="2026-12-31", reason="a move")
BY_TAGS = ExpectedActor(("DeleteBucketPolicy",), tags={"pipeline": "evidence"})
DELETED = call("s3.amazonaws.com", "DeleteBucketPolicy", userIdentity=SESSION)


def planned_by(*entries: ExpectedActor) -> Functions:
    return replace(FUNCTIONS, heal=replace(FUNCTIONS.heal, expected_actors=entries))


def said_of_plans(event: dict[str, Any], functions: Functions, **options: Any) -> list[str]:
    shown = preview(event, functions, now=NOW, **options)
    return [each for each in shown.reasons if each.startswith("expected_actors")]


def test_it_says_which_entry_plans_a_call() -> None:
    other = replace(PLAN, principal="arn:aws:iam::123456789012:role/other")
    over = replace(PLAN, until="2026-11-19")
    narrow = replace(PLAN, calls=("PutBucketPolicy", "log-group-changed"))
    functions = planned_by(other, over, narrow, PLAN, PLAN)

    assert said_of_plans(DELETED, functions) == [
        "expected_actors[1] does not apply: its last day was 2026-11-19",
        "expected_actors[2] does not apply: it names PutBucketPolicy, log-group-changed",
        f"expected_actors[3] applies: planned for {PIPELINE} until 2026-12-31: a move",
    ]
    mail = preview(DELETED, functions, now=NOW).mail
    assert mail
    assert mail.subject.startswith("[Info] ")


@pytest.mark.parametrize(
    ("tags", "said", "tag"),
    [
        (
            {"pipeline": "evidence"},
            "expected_actors[0] applies: planned for whoever has the tags pipeline=evidence",
            "[Info] ",
        ),
        (
            {"pipeline": "other"},
            "expected_actors[0] does not apply: the caller has not the tags pipeline=evidence",
            "[Warning] ",
        ),
        (
            None,
            "expected_actors[0] applies if the caller has the tags pipeline=evidence, which are "
            "not known",
            "[Warning] ",
        ),
    ],
)
def test_it_says_whether_the_tags_fit(tags: dict[str, str] | None, said: str, tag: str) -> None:
    asked: list[str] = []

    def tags_of(arn: str) -> dict[str, str] | None:
        asked.append(arn)
        return tags

    shown = preview(DELETED, planned_by(BY_TAGS), now=NOW, tags_of=tags_of)

    assert said in shown.reasons
    assert shown.mail
    assert shown.mail.subject.startswith(tag)
    assert asked == [PIPELINE]


def test_a_stop_is_never_planned_and_a_refused_call_may_be() -> None:
    stop = seen("cloudtrail.amazonaws.com", "StopLogging")
    stop["detail"]["userIdentity"] = SESSION
    anything = replace(PLAN, calls=("StopLogging", "trail-stopped"))
    assert said_of_plans(stop, planned_by(anything)) == [
        "expected_actors[0] does not apply: what stops or deletes a trail is never planned"
    ]

    refused = {"detail": {**DELETED["detail"], "errorCode": "AccessDenied"}}
    shown = preview(refused, planned_by(PLAN), now=NOW)
    assert any("applies: planned for" in each for each in shown.reasons)
    assert shown.mail
    assert shown.mail.subject.startswith("[Info] DeleteBucketPolicy on the log bucket denied")
