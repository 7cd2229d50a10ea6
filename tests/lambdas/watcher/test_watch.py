"""What the watcher does about a call and by its schedule, and what people are told."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.watcher.second_way import SecondWay
from tests.cost.counting import Counting
from tests.deployed_evidence import NOW
from tests.guarded import NAMES
from tests.lambdas.watcher.bed import MALLORY, Bed, Trail, call, mail
from trailkeeper.environments.schedule import ALIVE, LOOK, WATCH
from trailkeeper.evidence.outcome import Result
from trailkeeper.reconcile.answer import Answer
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader
from trailkeeper.words.text import Severity


def test_a_call_is_put_right_and_told_with_who_and_what(bed: Bed) -> None:
    bed.starve()

    bed.handle(call())

    assert not bed.is_starved()
    (alert,) = bed.told
    assert alert.severity is Severity.WARNING
    assert alert.verified
    text = mail(alert)
    assert text.startswith("[Warning] Guard attacked: PutFunction")
    assert "User mallory called PutFunctionConcurrency on trailkeeper-heal" in text
    assert "Trailkeeper put it back as deployed and read it back." in text


def test_it_is_told_in_korean(bed: Bed) -> None:
    bed.starve()
    bed.handle(call())

    text = mail(bed.told[0], "ko")

    assert "감시 구성 변경 시도" in text
    assert "원래 설정으로 복구하고 다시 조회해 확인했습니다" in text


@pytest.mark.parametrize(
    "detail",
    [
        {"errorCode": "AccessDenied"},
        {"requestParameters": {"functionName": "somebody-elses"}},
        {"requestParameters": {"functionName": "not-trailkeeper-heal"}},
        {"eventName": "GetFunctionConcurrency"},
        {"userIdentity": {"type": "AssumedRole", "sessionContext": {"sessionIssuer": {
            "arn": NAMES.watcher_role_arn}}}},
    ],
    ids=["refused", "another", "ends alike", "reads", "our own repair"],
)  # fmt: skip
def test_what_is_no_attack_on_this_side_is_left_alone(bed: Bed, detail: dict[str, Any]) -> None:
    assert bed.handle(call(**detail)) == {"did": "ignored"}
    assert bed.told == []


def test_a_call_without_effect_says_so(bed: Bed) -> None:
    bed.handle(call(eventName="UpdateFunctionCode20150331v2"))

    (alert,) = bed.told
    assert alert.severity is Severity.INFO
    assert "What runs is a published version, which this call cannot change." in mail(alert)


def test_what_no_guard_compares_is_not_called_in_order(bed: Bed) -> None:
    bed.handle(
        call(
            eventSource="sqs.amazonaws.com",
            eventName="PurgeQueue",
            requestParameters={"queueUrl": f"https://sqs/{NAMES.account}/trailkeeper-alerts"},
        )
    )

    (alert,) = bed.told
    assert alert.severity is Severity.WARNING
    assert "the call may have changed something else" in mail(alert)


def test_a_mapping_is_known_by_what_is_found_not_by_its_id(bed: Bed) -> None:
    update = {
        "eventName": "UpdateEventSourceMapping20150331",
        "requestParameters": {"uUID": "0"},
    }
    bed.handle(call(**update))
    assert bed.told == []

    bed.account.functions.update_event_source_mapping(UUID="0", Enabled=False)
    bed.handle(call(**update))

    (alert,) = bed.told
    assert alert.verified


def test_the_schedule_starts_the_trail_and_repairs_without_an_event(bed: Bed) -> None:
    bed.account.cloudtrail.logs = False
    bed.account.events.disable_rule(Name="trailkeeper-trail")

    bed.handle(WATCH)

    assert bed.account.cloudtrail.logs
    (alert,) = bed.told
    text = mail(alert)
    assert "no event says who changed that" in text
    assert "logging of the trail" in text.lower()
    assert "the rules that call the functions" in text.lower()


def test_the_trail_is_started_before_anything_else_is_put_right(bed: Bed) -> None:
    starved: list[bool] = []

    class Noting(Trail):
        logs = False

        def start_logging(self, *, Name: str) -> None:
            starved.append(bed.is_starved())
            super().start_logging(Name=Name)

    bed.account.cloudtrail = Noting()
    bed.starve()

    bed.handle(WATCH)

    assert starved == [True]
    assert not bed.is_starved()


def test_a_look_asks_for_the_status_alone(bed: Bed) -> None:
    bed.starve()
    bed.account = counting = Counting(bed.account)  # type: ignore[assignment]

    bed.handle(LOOK)

    assert counting.calls == {"cloudtrail get_trail_status": 1}
    assert bed.told == []


@pytest.mark.parametrize(
    ("minutes", "compares"), [(0, True), (16, True), (16.1, False), (24 * 60, False)]
)
def test_a_look_that_sees_a_trail_started_since_the_last_one_compares_everything(
    bed: Bed, minutes: float, compares: bool
) -> None:
    """While the trail was stopped no call raised an event, whoever started it again."""
    bed.account.cloudtrail.started = NOW - timedelta(minutes=minutes)
    bed.starve()

    bed.handle(LOOK)

    assert bed.is_starved() is not compares


def test_a_look_that_starts_the_trail_compares_everything(bed: Bed) -> None:
    bed.account.cloudtrail.logs = False
    bed.starve()

    bed.handle(LOOK)

    assert bed.account.cloudtrail.logs
    assert not bed.is_starved()


def test_all_in_order_is_no_news(bed: Bed) -> None:
    bed.handle(WATCH)
    assert bed.told == []


def test_what_only_people_can_change_is_told_once_a_day(bed: Bed) -> None:
    bed.account.sns.subscribe(
        TopicArn=NAMES.alerts_topic_arn, Protocol="email", Endpoint="stranger@example.net"
    )
    bed.now = NOW.replace(hour=0)
    for _ in range(12):
        bed.handle(WATCH)
        bed.now += timedelta(hours=2)

    (alert,) = bed.told
    assert alert.severity is Severity.CRITICAL
    assert "stranger@example.net" in mail(alert)


class TestADeploy:
    """Between the response stack and the watcher's, each side looks changed to the other."""

    def deploying(self, bed: Bed, status: str, since: datetime) -> None:
        bed.account.cloudformation.stack.update(StackStatus=status, CreationTime=since)
        bed.starve()

    def test_holds_repairs_while_it_is_at_work(self, bed: Bed) -> None:
        self.deploying(bed, "UPDATE_IN_PROGRESS", NOW)
        bed.handle(WATCH)
        assert bed.is_starved()
        assert bed.told == []

    def test_holds_them_until_the_other_stack_is_there(self, bed: Bed) -> None:
        self.deploying(bed, "UPDATE_COMPLETE", NOW - timedelta(minutes=14))
        bed.handle(WATCH)
        assert bed.is_starved()

    def test_but_not_for_long(self, bed: Bed) -> None:
        self.deploying(bed, "UPDATE_COMPLETE", NOW - timedelta(minutes=16))
        bed.handle(WATCH)
        assert not bed.is_starved()

    @pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "REVIEW_IN_PROGRESS"])
    def test_a_deletion_or_a_change_set_that_nobody_executes_is_none(
        self, bed: Bed, status: str
    ) -> None:
        self.deploying(bed, status, NOW - timedelta(minutes=16))
        bed.handle(WATCH)
        assert not bed.is_starved()

    def test_that_begins_while_the_watcher_reads_holds_them_too(self, bed: Bed) -> None:
        """CDK takes the protection off a stack before the stack is seen to be deployed."""
        bed.starve()
        stacks, stack = bed.account.cloudformation, bed.account.cloudformation.stack
        limit = bed.account.functions.get_function_concurrency

        def begins(**given: Any) -> Any:
            stack.update(StackStatus="UPDATE_IN_PROGRESS", CreationTime=NOW)
            return limit(**given)

        bed.account.functions.get_function_concurrency = begins
        bed.handle(WATCH)
        del bed.account.functions.get_function_concurrency

        assert stacks.stack["StackStatus"] == "UPDATE_IN_PROGRESS"
        assert bed.is_starved()
        assert bed.told == []

    def test_that_begins_after_a_repair_is_said_to_hold_the_rest_alone(self, bed: Bed) -> None:
        rule = bed.side.rules[0].name
        bed.account.events.disable_rule(Name=rule)
        bed.starve()
        lift = bed.account.functions.delete_function_concurrency

        def begins(**given: Any) -> Any:
            bed.account.cloudformation.stack.update(
                StackStatus="UPDATE_IN_PROGRESS", CreationTime=NOW
            )
            return lift(**given)

        bed.account.functions.delete_function_concurrency = begins
        bed.handle(call())
        del bed.account.functions.delete_function_concurrency

        assert not bed.is_starved()
        text = mail(bed.told[0])
        assert "Trailkeeper put it back as deployed and read it back." in text
        assert "Meanwhile a deploy of Trailkeeper's own stacks began, so what else differs" in text
        assert "so the repair waits" not in text
        assert "repair waits" not in text.partition(" - ")[0]

    def test_is_no_news_but_who_acts_meanwhile_is(self, bed: Bed) -> None:
        self.deploying(bed, "UPDATE_IN_PROGRESS", NOW)

        bed.handle(call(userIdentity={**MALLORY, "invokedBy": "cloudformation.amazonaws.com"}))
        assert bed.told == []
        bed.handle(call())

        assert "so the repair waits" in mail(bed.told[0])


@pytest.mark.parametrize(
    ("status", "holds"),
    [
        ("CREATE_IN_PROGRESS", True),
        ("ROLLBACK_IN_PROGRESS", True),
        ("UPDATE_IN_PROGRESS", True),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", True),
        ("UPDATE_ROLLBACK_IN_PROGRESS", True),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", True),
        ("REVIEW_IN_PROGRESS", False),
        ("DELETE_IN_PROGRESS", False),
        ("DELETE_FAILED", False),
        ("IMPORT_IN_PROGRESS", False),
        ("IMPORT_ROLLBACK_IN_PROGRESS", False),
        ("ROLLBACK_FAILED", False),
        ("UPDATE_FAILED", False),
        ("UPDATE_ROLLBACK_FAILED", False),
    ],
)
def test_repairs_wait_only_for_a_stack_that_is_being_deployed(
    bed: Bed, status: str, holds: bool
) -> None:
    """Of the last stack to be deployed, and just now."""
    stack = bed.account.cloudformation.stacks["TrailkeeperWatcher"]
    stack.update(StackStatus=status, CreationTime=NOW)
    bed.starve()

    bed.handle(WATCH)

    assert bed.is_starved() is holds


@pytest.mark.parametrize("status", ["DELETE_COMPLETE", "DELETE_FAILED", "REVIEW_IN_PROGRESS"])
def test_a_stack_of_which_there_is_but_a_name_is_told_as_gone(bed: Bed, status: str) -> None:
    bed.now = NOW.replace(hour=7, minute=1)
    bed.account.cloudformation.stack.update(StackStatus=status)

    bed.handle(WATCH)

    (alert,) = bed.told
    assert alert.severity is Severity.CRITICAL
    assert status in mail(alert)


def test_a_secret_that_somebody_wrote_is_told_with_who(bed: Bed) -> None:
    """By the way that needs no Slack."""
    bed.slack = "ssm:/trailkeeper/slack"
    for name in ("/trailkeeper/slack", "/trailkeeper/others"):
        bed.handle(
            call(
                eventID=name,
                eventSource="ssm.amazonaws.com",
                eventName="PutParameter",
                requestParameters={"name": name, "overwrite": True},
            )
        )

    (alert,) = bed.told
    text = mail(alert)
    assert "User mallory called PutParameter on /trailkeeper/slack" in text
    assert "alerts to Slack may go to somebody else from now on" in text


@pytest.mark.parametrize(
    ("kept", "called"),
    [
        ("secretsmanager:trailkeeper/slack", "trailkeeper/slack"),
        (
            "secretsmanager:arn:aws:secretsmanager:us-east-1:123456789012:secret:slack-AbCdEf",
            "slack",
        ),
        (
            "secretsmanager:slack",
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:slack-AbCdEf",
        ),
    ],
)
def test_a_secret_is_known_by_its_name_and_its_arn(bed: Bed, kept: str, called: str) -> None:
    bed.slack = kept
    bed.handle(
        call(
            eventSource="secretsmanager.amazonaws.com",
            eventName="PutSecretValue",
            requestParameters={"secretId": called},
        )
    )

    assert len(bed.told) == 1


def test_an_alert_that_cannot_be_worded_goes_out_raw(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed.starve()
    bed.handle(call())
    sent: list[dict[str, Any]] = []

    sns = SimpleNamespace(publish=lambda **each: sent.append(each))
    clients = SimpleNamespace(sns_in=lambda region: {NAMES.region: sns}[region])

    def broken(*_: Any) -> Any:
        raise ValueError("the renderer broke")

    monkeypatch.setattr(email, "render", broken)
    SecondWay(clients, (NAMES.last_resort_topic_arn,), Reader.of("en", "UTC")).tell(bed.told[0])

    (message,) = sent
    assert message["TopicArn"].endswith(":trailkeeper-last-resort")
    assert "mallory" in message["Message"]


def test_a_status_says_what_is_broken_and_leaves_it(bed: Bed) -> None:
    bed.starve()

    answer = Answer.from_json(bed.handle({"trailkeeper": {"command": "status"}}))

    assert answer.report is not None
    (found,) = answer.report.outcomes
    assert (found.key, found.result) == ("guard-functions.concurrency", Result.DEFERRED)
    assert bed.is_starved()
    assert bed.told == []


def test_whoever_called_is_not_blamed_for_what_his_call_cannot_have_done(bed: Bed) -> None:
    bed.account.sns.subscribe(
        TopicArn=NAMES.alerts_topic_arn, Protocol="email", Endpoint="stranger@example.net"
    )
    bed.starve()

    bed.handle(call())

    (alert,) = bed.told
    assert alert.severity is Severity.WARNING
    assert "stranger@example.net" not in mail(alert)


def test_a_deploy_that_protects_its_stack_is_no_news(bed: Bed) -> None:
    event = call()
    event["detail"] |= {
        "eventSource": "cloudformation.amazonaws.com",
        "eventName": "UpdateTerminationProtection",
        "requestParameters": {
            "stackName": "TrailkeeperResponse",
            "enableTerminationProtection": True,
        },
    }

    assert bed.handle(event) == {"did": "ignored"}
    assert bed.told == []


def test_a_deploy_by_the_role_of_cdk_is_no_news_and_by_another_it_is(bed: Bed) -> None:
    def executed(role: str) -> dict[str, Any]:
        event = call()
        event["detail"] |= {
            "eventSource": "cloudformation.amazonaws.com",
            "eventName": "ExecuteChangeSet",
            "requestParameters": {"stackName": "TrailkeeperResponse"},
            "userIdentity": {
                "type": "AssumedRole",
                "arn": f"arn:aws:sts::{NAMES.account}:assumed-role/{role}/session",
                "sessionContext": {
                    "sessionIssuer": {
                        "type": "Role",
                        "userName": role,
                        "arn": f"arn:aws:iam::{NAMES.account}:role/{role}",
                    }
                },
            },
        }
        return event

    ours = f"cdk-hnb659fds-deploy-role-{NAMES.account}-us-east-1"
    assert bed.handle(executed(ours)) == {"did": "ignored"}
    bed.handle(executed("mallory-cdk-deploy-role"))

    (alert,) = bed.told
    assert "ExecuteChangeSet" in mail(alert)


class CloudWatch:
    """What Lambda counted, by the day and function; nobody else's metrics."""

    def __init__(self, days: dict[str, list[float]]) -> None:
        self._days = days
        self.asked: list[dict[str, Any]] = []

    def get_metric_statistics(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        (dimension,) = request["Dimensions"]
        return {"Datapoints": [{"Sum": each} for each in self._days[dimension["Value"]]]}


def test_its_sign_of_life_has_what_lambda_counted(bed: Bed) -> None:
    days = {
        "trailkeeper-heal": [300.0, 40.0],
        "trailkeeper-alert": [],
        "trailkeeper-watcher": [9.0],
    }
    bed.account.cloudwatch = CloudWatch(days)

    assert bed.handle(ALIVE) == {"did": "said-alive"}

    (alert,) = bed.told
    text = mail(alert)
    assert text.startswith("[Info] The second way to you works")
    assert "trailkeeper-heal: 340 calls" in text
    assert "trailkeeper-alert: 0 calls" in text
    assert "trailkeeper-watcher: 9 calls" in text
    asked = bed.account.cloudwatch.asked[0]
    assert (asked["Namespace"], asked["MetricName"]) == ("AWS/Lambda", "Invocations")
    assert asked["EndTime"] - asked["StartTime"] == timedelta(days=7)


def test_its_sign_of_life_comes_although_nothing_can_be_counted(bed: Bed) -> None:
    def refuse(**_: Any) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetMetricStatistics")

    bed.account.cloudwatch = SimpleNamespace(get_metric_statistics=refuse)

    bed.handle(ALIVE)

    (alert,) = bed.told
    assert "could not be read" in mail(alert)
