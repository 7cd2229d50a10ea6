"""What one invocation of the heal function does and tells, in a moto account."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from moto.backends import get_backend

from lambdas.heal.healer import handle
from lambdas.heal.invocation import HealFailedError, Invocation
from lambdas.heal.state import State
from tests.deployed_evidence import (
    ACCOUNT,
    BASELINE,
    NOW,
    REGION,
    Account,
    deploy,
    patience,
    refused,
)
from tests.reconcile.test_reconcile import Tampered, failing
from trailkeeper.alerts.alert import Alert
from trailkeeper.alerts.commands import lines
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.environments.schedule import LOOK, SWEEP
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.metrics import LOOK_SUCCEEDED
from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.reconcile.answer import Answer, Did, Trigger
from trailkeeper.state.table import Heal
from trailkeeper.words.text import Severity, Text

BOT = {
    "type": "IAMUser",
    "arn": f"arn:aws:iam::{ACCOUNT}:user/deploy-bot",
    "accountId": ACCOUNT,
    "userName": "deploy-bot",
}


@dataclass
class Bed:
    """A deployed moto account, a clock that tests move, and the alerts that were told."""

    account: Account
    baseline: Baseline
    alerts: list[Alert] = field(default_factory=list)
    now: datetime = NOW
    clients: Any = None
    settings: dict[str, Any] = field(default_factory=dict)
    alert_error: Exception | None = None

    def invocation(self) -> Invocation:
        def alert(alert: Alert) -> None:
            if self.alert_error:
                raise self.alert_error
            self.alerts.append(Alert.from_json(alert.to_json()))

        return Invocation(
            environ=HealEnviron(self.baseline, "queue", **self.settings),
            clients=self.clients or self.account,
            state=State(self.account),
            alert=alert,
            patience=patience(),
            now=lambda: self.now,
            log=Logger(service="test"),
        )

    def handle(self, event: Any) -> Answer:
        return handle(self.invocation(), event)

    def command(self, **command: Any) -> Answer:
        return self.handle({"trailkeeper": command})

    def stop(self) -> None:
        """Stop the trail now, as the bed's clock says."""
        self.account.cloudtrail.stop_logging(Name=self.baseline.names.trail_arn)
        get_backend("cloudtrail")[ACCOUNT][REGION].trails["trailkeeper"].status.stopped = self.now

    def logging(self) -> bool:
        arn = self.baseline.names.trail_arn
        return bool(self.account.cloudtrail.get_trail_status(Name=arn)["IsLogging"])


@pytest.fixture
def bed(account: Account) -> Bed:
    account.dynamodb.create_table(
        TableName=STATE_TABLE,
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "at", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return Bed(account, deploy(account))


def call(name: str = "StopLogging", **detail: Any) -> dict[str, Any]:
    return {
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.cloudtrail",
        "account": ACCOUNT,
        "region": REGION,
        "detail": {
            "eventID": "11111111-2222-3333-4444-555555555555",
            "eventTime": "2026-11-20T03:04:00Z",
            "eventSource": "cloudtrail.amazonaws.com",
            "eventName": name,
            "awsRegion": REGION,
            "recipientAccountId": ACCOUNT,
            "userIdentity": BOT,
            "requestParameters": {"name": "trailkeeper"},
            **detail,
        },
    }


def test_a_stop_is_healed_and_told_with_its_author(bed: Bed) -> None:
    bed.stop()

    bed.handle(call())

    assert bed.logging()
    (alert,) = bed.alerts
    assert alert.detection == "trail-stopped"
    assert alert.verified is True
    assert alert.story[0].params["who"].params == {"name": "deploy-bot"}
    assert alert.severity is Severity.WARNING


def test_the_same_event_again_writes_nothing_and_tells_under_the_same_key(bed: Bed) -> None:
    bed.stop()
    bed.handle(call())
    bed.account.writes.clear()

    bed.handle(call())

    assert set(bed.account.writes) <= {"PutItem"}
    assert len({alert.dedup_key for alert in bed.alerts}) == 1


def test_a_denied_stop_heals_nothing_and_is_told_as_a_try(bed: Bed) -> None:
    bed.account.calls.clear()

    bed.handle(call(errorCode="AccessDenied", errorMessage="not authorized"))

    assert bed.account.calls == []
    assert [alert.detection for alert in bed.alerts] == ["attempt-refused"]
    assert bed.alerts[0].severity is Severity.WARNING


def test_denied_tries_of_one_author_share_a_key_within_an_hour(bed: Bed) -> None:
    for minute in ("00", "59"):
        bed.handle(call(errorCode="AccessDenied", eventTime=f"2026-11-20T03:{minute}:00Z"))
    bed.handle(call(errorCode="AccessDenied", eventTime="2026-11-20T04:00:00Z"))

    assert [alert.dedup_key for alert in bed.alerts].count(bed.alerts[0].dedup_key) == 2


@pytest.mark.parametrize(
    "event",
    [
        None,
        [],
        "text",
        {},
        {"detail-type": "AWS API Call via CloudTrail"},
        {"detail-type": "AWS API Call via CloudTrail", "detail": "text"},
        {"detail-type": "AWS API Call via CloudTrail", "detail": {}},
        {"trailkeeper": "reconcile"},
    ],
)
def test_whatever_invokes_the_function_it_does_not_crash(bed: Bed, event: Any) -> None:
    bed.account.writes.clear()

    bed.handle(event)

    assert set(bed.account.writes) <= {"PutItem"}


@pytest.mark.parametrize(
    "detail",
    [
        {"eventSource": "waf.amazonaws.com", "eventName": "DeleteRule"},
        {"eventSource": "s3.amazonaws.com", "eventName": "PutBucketPolicy"}
        | {"requestParameters": {"bucketName": "somebody-elses"}},
        {"eventSource": "kms.amazonaws.com", "eventName": "DisableKey"}
        | {"requestParameters": {"keyId": "somebody-elses"}},
    ],
)
def test_calls_about_other_resources_are_ignored(bed: Bed, detail: dict[str, Any]) -> None:
    bed.account.calls.clear()

    result = bed.handle(call(**detail))

    assert result.did is Did.IGNORED
    assert bed.account.calls == []
    assert bed.alerts == []


def test_a_body_that_cloudtrail_left_out_means_look_at_everything(bed: Bed) -> None:
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.handle(
        call(
            "PutBucketPolicy",
            eventSource="s3.amazonaws.com",
            requestParameters={"omitted": True, "reason": "requestParameters too large"},
        )
    )

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]


def test_a_hostile_name_reaches_no_call(bed: Bed) -> None:
    evil = "evil-trail"
    bed.account.s3.create_bucket(Bucket="evil")
    bed.account.cloudtrail.create_trail(Name=evil, S3BucketName="evil")
    bed.account.calls.clear()

    bed.handle(call("UpdateTrail", requestParameters={"name": evil}))

    status = bed.account.cloudtrail.get_trail_status(Name=evil)
    assert not status["IsLogging"]


def test_a_failed_repair_is_critical_and_raises_so_that_lambda_tries_again(bed: Bed) -> None:
    bed.stop()
    bed.clients = Tampered(bed.account, "cloudtrail", "start_logging", failing("AccessDenied"))

    with pytest.raises(HealFailedError, match="logging status"):
        bed.handle(call())

    assert [(alert.severity, alert.verified) for alert in bed.alerts] == [
        (Severity.CRITICAL, False)
    ]


def test_a_retry_that_works_is_news_after_a_failure(bed: Bed) -> None:
    bed.stop()
    bed.clients = Tampered(bed.account, "cloudtrail", "start_logging", failing("AccessDenied"))
    with pytest.raises(HealFailedError):
        bed.handle(call())
    bed.clients = None

    bed.handle(call())

    assert len({alert.dedup_key for alert in bed.alerts}) == 2


def test_an_alert_that_cannot_be_sent_fails_the_invocation_after_the_repair(bed: Bed) -> None:
    bed.stop()
    bed.alert_error = refused("QueueDoesNotExist")

    with pytest.raises(type(bed.alert_error)):
        bed.handle(call())

    assert bed.logging()


def test_our_own_repair_is_no_news(bed: Bed) -> None:
    role = bed.baseline.names.heal_role_arn
    ourselves = {
        "type": "AssumedRole",
        "arn": "arn:aws:sts::123456789012:assumed-role/trailkeeper-heal-us-east-1/trailkeeper-heal",
        "sessionContext": {"sessionIssuer": {"arn": role, "userName": "x", "type": "Role"}},
    }

    bed.handle(call("CreateTrail", userIdentity=ourselves))

    assert bed.alerts == []


def test_what_differs_when_our_own_repair_echoes_is_not_said_to_be_our_doing(bed: Bed) -> None:
    role = bed.baseline.names.heal_role_arn
    ourselves = {"type": "AssumedRole", "sessionContext": {"sessionIssuer": {"arn": role}}}
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.handle(call("UpdateTrail", userIdentity=ourselves))

    [alert] = bed.alerts
    assert (alert.detection, alert.who) == ("drift-found", Text("actor.nobody"))


def test_an_echo_of_our_own_repair_is_not_retried(bed: Bed) -> None:
    role = bed.baseline.names.heal_role_arn
    ourselves = {"type": "AssumedRole", "sessionContext": {"sessionIssuer": {"arn": role}}}
    bed.clients = Tampered(bed.account, "s3", "get_bucket_policy", failing("AccessDenied"))

    answer = bed.handle(call("UpdateTrail", userIdentity=ourselves))

    [alert] = bed.alerts
    assert alert.severity is Severity.CRITICAL
    assert answer.report
    assert answer.report.failed
    assert answer.heartbeat is None


def test_an_event_that_comes_after_another_run_healed_still_names_the_author(bed: Bed) -> None:
    bed.handle(call("UpdateTrail"))

    [alert] = bed.alerts
    assert alert.story[0].params["who"].params == {"name": "deploy-bot"}
    assert alert.result == Text("result.in_order")
    assert alert.verified is None


def test_a_stolen_role_of_ours_is_healed_and_told_like_anybody(bed: Bed) -> None:
    role = bed.baseline.names.heal_role_arn
    bed.stop()

    bed.handle(
        call(
            userIdentity={
                "type": "AssumedRole",
                "arn": "arn:aws:sts::1:assumed-role/trailkeeper-heal-us-east-1/x",
                "sessionContext": {"sessionIssuer": {"arn": role}},
            }
        )
    )

    assert bed.logging()
    assert len(bed.alerts) == 1


def stop_call(bed: Bed, event_id: str, **detail: Any) -> dict[str, Any]:
    """A stop that happened just now."""
    return call(eventID=event_id, eventTime=f"{bed.now:%Y-%m-%dT%H:%M:%SZ}", **detail)


def fight(bed: Bed, rounds: int, **detail: Any) -> None:
    for number in range(rounds):
        stop_now(bed, f"round-{number}", **detail)
        bed.now += timedelta(seconds=1)


def stop_now(bed: Bed, event_id: str, **detail: Any) -> None:
    bed.stop()
    bed.handle(stop_call(bed, event_id, **detail))


def test_a_fight_is_won_every_round_and_told_once(bed: Bed) -> None:
    fight(bed, 8)

    assert bed.logging()
    fights = [alert for alert in bed.alerts if alert.detection == "trail-fight"]
    assert len({alert.dedup_key for alert in fights}) == 1
    assert len(bed.alerts) - len(fights) == 2
    assert fights[0].story[0].params["who"].params == {"name": "deploy-bot"}


def test_a_round_that_another_run_healed_is_a_round_of_the_same_fight(bed: Bed) -> None:
    fight(bed, 3)
    told = len(bed.alerts)

    for number in range(3):
        bed.now += timedelta(seconds=1)
        bed.handle(stop_call(bed, f"late-{number}"))

    assert {alert.detection for alert in bed.alerts[told:]} == {"trail-fight"}


def person(name: str) -> dict[str, Any]:
    return {**BOT, "arn": f"arn:aws:iam::{ACCOUNT}:user/{name}", "userName": name}


def fights(bed: Bed) -> list[Alert]:
    return [alert for alert in bed.alerts if alert.detection == "trail-fight"]


def test_only_who_stopped_it_three_times_is_named_and_contained(bed: Bed) -> None:
    bed.settings = {"contain": "deny"}
    for name in ("alice", "bob"):
        bed.account.iam.create_user(UserName=name)

    for number, name in enumerate(["bob", "bob", "alice", "bob"]):
        assert fights(bed) == []
        stop_now(bed, f"round-{number}", userIdentity=person(name))
        bed.now += timedelta(seconds=30)

    assert set(bed.account.iam.attached) == {"bob"}
    (alert,) = fights(bed)
    assert alert.story[0].params["who"].params == {"name": "bob"}
    assert alert.what.params == {"count": 3}
    (others,) = (each.value for each in alert.facts if each.label == "label.others")
    assert others.params == {"count": 1, "name": f"arn:aws:iam::{ACCOUNT}:user/alice"}


def test_a_single_stop_during_somebody_elses_fight_is_told_as_its_own(bed: Bed) -> None:
    fight(bed, 3)

    stop_now(bed, "alone", userIdentity=person("alice"))

    assert bed.alerts[-1].detection == "trail-stopped"
    assert bed.alerts[-1].story[0].params["who"].params == {"name": "alice"}


@pytest.mark.parametrize("year", [2016, 2036])
def test_stops_that_the_trail_does_not_show_are_no_fight(bed: Bed, year: int) -> None:
    bed.settings = {"contain": "deny"}
    bed.account.iam.create_user(UserName="innocent")

    for number in range(4):
        when = f"{year}-01-01T00:0{number}:00Z"
        bed.handle(call(eventID=f"e{number}", eventTime=when, userIdentity=person("innocent")))
        bed.handle(stop_call(bed, f"now-{number}", userIdentity=person("innocent")))

    assert fights(bed) == []
    assert bed.account.iam.attached == {}


def test_many_events_of_one_stop_are_one_round(bed: Bed) -> None:
    bed.stop()

    for number in range(5):
        bed.handle(stop_call(bed, f"again-{number}"))

    assert fights(bed) == []


def test_a_heal_of_the_future_counts_for_nobody(bed: Bed) -> None:
    for number in range(3):
        State(bed.account).remember_heal(Heal(NOW + timedelta(days=number + 1), BOT["arn"]))

    stop_now(bed, "first")

    assert fights(bed) == []


@pytest.mark.parametrize(("minutes", "is_fight"), [(6, True), (9.9, True), (10.1, False)])
def test_three_stops_without_ten_quiet_minutes_between_are_a_fight(
    bed: Bed, minutes: float, is_fight: bool
) -> None:
    for number in range(3):
        stop_now(bed, f"slow-{number}")
        bed.now += timedelta(minutes=minutes)

    assert bool(fights(bed)) is is_fight


def test_a_trail_that_is_deleted_again_and_again_is_a_fight(bed: Bed) -> None:
    for number in range(3):
        bed.account.cloudtrail.delete_trail(Name="trailkeeper")
        bed.handle(stop_call(bed, f"gone-{number}", eventName="DeleteTrail"))
        bed.now += timedelta(minutes=1)

    assert len(fights(bed)) == 1


def test_what_else_is_done_under_the_cover_of_a_fight_is_told(bed: Bed) -> None:
    fight(bed, 3)
    told = len(bed.alerts)
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.stop()
    bed.now += timedelta(seconds=1)
    bed.handle(stop_call(bed, "cover"))

    assert any("document.log-bucket.policy" in each.to_json() for each in bed.alerts[told:])


def test_a_round_that_is_lost_is_told_as_a_failure(bed: Bed) -> None:
    fight(bed, 3)
    bed.stop()
    bed.clients = Tampered(bed.account, "cloudtrail", "start_logging", failing("AccessDenied"))
    bed.now += timedelta(seconds=1)

    with pytest.raises(HealFailedError):
        bed.handle(stop_call(bed, "lost"))

    assert bed.alerts[-1].verified is False


def test_the_same_stop_again_and_again_is_no_fight(bed: Bed) -> None:
    bed.stop()

    for _ in range(5):
        bed.handle(call())

    assert {alert.detection for alert in bed.alerts} == {"trail-stopped"}


def test_an_echo_of_our_own_repair_that_heals_makes_nobody_a_fighter(bed: Bed) -> None:
    role = bed.baseline.names.heal_role_arn
    echo = {
        "type": "AssumedRole",
        "arn": "arn:aws:sts::1:assumed-role/trailkeeper-heal-us-east-1/trailkeeper-heal",
        "sessionContext": {"sessionIssuer": {"arn": role}},
    }
    fight(bed, 3)
    told = len(bed.alerts)
    bed.stop()
    bed.now += timedelta(seconds=1)

    bed.handle(call("PutEventSelectors", userIdentity=echo))

    assert bed.logging()
    assert bed.alerts[told:] == []


def test_containing_is_off_by_default(bed: Bed) -> None:
    bed.account.iam.create_user(UserName="deploy-bot")

    fight(bed, 4)

    assert bed.account.iam.attached == {}


def test_whoever_fights_is_contained_if_the_settings_say_so(bed: Bed) -> None:
    bed.settings = {"contain": "deny"}
    bed.account.iam.create_user(UserName="deploy-bot")

    fight(bed, 3)

    assert bed.account.iam.attached == {"deploy-bot": "arn:aws:iam::aws:policy/AWSDenyAll"}
    alert = bed.alerts[-1]
    assert lines(alert.undo) == (
        "aws iam detach-user-policy --user-name deploy-bot"
        " --policy-arn arn:aws:iam::aws:policy/AWSDenyAll",
    )


def test_a_quota_that_keeps_somebody_from_being_contained_is_said(bed: Bed) -> None:
    bed.settings = {"contain": "deny"}
    bed.account.iam.create_user(UserName="deploy-bot")
    bed.account.iam.full = True

    fight(bed, 3)

    assert bed.account.iam.attached == {}
    assert bed.alerts[-1].story[-1].params["reason"].key == "reason.attached_policies_full"


def test_a_role_of_identity_center_is_not_contained_and_people_are_told_where_to_go(
    bed: Bed,
) -> None:
    bed.settings = {"contain": "deny"}
    role = f"arn:aws:iam::{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1"
    identity = {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Admin_1/ann@example.com",
        "sessionContext": {"sessionIssuer": {"arn": role}},
    }

    fight(bed, 3, userIdentity=identity)

    assert bed.account.iam.attached == {}
    assert bed.alerts[-1].story[-1].params["reason"].key == "reason.identity_center"


@pytest.mark.parametrize(
    "identity",
    [
        {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root"},
        {"type": "IAMUser", "arn": f"arn:aws:iam::{ACCOUNT}:user/break-glass"},
        {"type": "IAMUser", "arn": "arn:aws:iam::999999999999:user/stranger"},
        {
            "type": "AssumedRole",
            "arn": "arn:aws:sts::1:assumed-role/trailkeeper-heal-us-east-1/x",
            "sessionContext": {"sessionIssuer": {"arn": BASELINE.names.heal_role_arn}},
        },
    ],
)
def test_who_must_not_be_contained_is_not(bed: Bed, identity: dict[str, Any]) -> None:
    bed.settings = {
        "contain": "deny",
        "break_glass": (f"arn:aws:iam::{ACCOUNT}:user/break-glass",),
    }

    fight(bed, 3, userIdentity=identity)

    assert bed.account.iam.attached == {}
    assert bed.alerts[-1].story[-1].params["reason"].key == "reason.protected"


@pytest.mark.parametrize("kind", ["user", "role"])
def test_a_name_that_begins_like_ours_protects_nobody(bed: Bed, kind: str) -> None:
    bed.settings = {"contain": "deny"}
    arn = f"arn:aws:iam::{ACCOUNT}:{kind}/trailkeeper-heal-mallory"
    identity: dict[str, Any] = {"type": "IAMUser", "arn": arn}
    if kind == "role":
        session = f"arn:aws:sts::{ACCOUNT}:assumed-role/trailkeeper-heal-mallory/m"
        issuer = {"sessionContext": {"sessionIssuer": {"arn": arn}}}
        identity = {"type": "AssumedRole", "arn": session, **issuer}
        bed.account.iam.create_role(
            RoleName="trailkeeper-heal-mallory", AssumeRolePolicyDocument="{}"
        )
    else:
        bed.account.iam.create_user(UserName="trailkeeper-heal-mallory")

    fight(bed, 3, userIdentity=identity)

    assert set(bed.account.iam.attached) == {"trailkeeper-heal-mallory"}


def other_trail(bed: Bed, **settings: Any) -> str:
    bed.account.s3.create_bucket(Bucket="other-logs")
    arn = bed.account.cloudtrail.create_trail(Name="other", S3BucketName="other-logs", **settings)[
        "TrailARN"
    ]
    bed.account.cloudtrail.start_logging(Name=arn)
    bed.account.cloudtrail.stop_logging(Name=arn)
    stopped = bed.account.cloudtrail.get_trail_status(Name=arn)["StopLoggingTime"]
    bed.now = stopped + timedelta(seconds=5)
    return str(arn)


@pytest.mark.parametrize(("setting", "restarted"), [("restart", True), ("alert", False)])
def test_another_trail_that_somebody_stops(bed: Bed, setting: str, restarted: bool) -> None:
    bed.settings = {"other_trails": setting}
    arn = other_trail(bed)

    bed.handle(call(requestParameters={"name": "other"}))

    assert bed.account.cloudtrail.get_trail_status(Name=arn)["IsLogging"] is restarted
    assert [alert.what.key for alert in bed.alerts] == ["subject.other_trail_stopped"]


def test_other_trails_are_left_alone_if_the_settings_say_so(bed: Bed) -> None:
    bed.settings = {"other_trails": "ignore"}
    arn = other_trail(bed)

    bed.handle(call(requestParameters={"name": "other"}))

    assert not bed.account.cloudtrail.get_trail_status(Name=arn)["IsLogging"]
    assert bed.alerts == []


def test_a_trail_of_an_organization_is_not_ours_to_start(bed: Bed) -> None:
    arn = other_trail(bed)

    def as_organization(real: Any, arguments: Any) -> Any:
        answer = real(**arguments)
        for each in answer["trailList"]:
            each["IsOrganizationTrail"] = each["TrailARN"] == arn
        return answer

    bed.clients = Tampered(bed.account, "cloudtrail", "describe_trails", as_organization)

    bed.handle(call(requestParameters={"name": "other"}))

    assert not bed.account.cloudtrail.get_trail_status(Name=arn)["IsLogging"]


def test_a_trail_that_was_stopped_long_ago_stays_stopped(bed: Bed) -> None:
    arn = other_trail(bed)
    bed.now += timedelta(hours=2)

    bed.handle(call(requestParameters={"name": "other"}))

    assert not bed.account.cloudtrail.get_trail_status(Name=arn)["IsLogging"]


def test_the_state_table_out_of_reach_never_stops_a_repair(bed: Bed) -> None:
    bed.account.dynamodb.delete_table(TableName=STATE_TABLE)
    bed.stop()

    bed.handle(call())

    assert bed.logging()
    assert [alert.detection for alert in bed.alerts] == ["trail-stopped"]


def test_a_pause_holds_off_repairs_but_not_logging_and_ends_by_itself(bed: Bed) -> None:
    bed.command(command="pause", minutes=30, reason="moving logs", author="alice")
    bed.stop()
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.handle({})

    assert bed.logging()
    with pytest.raises(Exception, match="NoSuchBucketPolicy"):
        bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)
    assert bed.alerts[0].detection == "repairs-paused"
    assert any(fact.label == "label.paused" for fact in bed.alerts[1].facts)

    bed.now += timedelta(minutes=31)
    bed.handle({})

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]
    (resumed,) = bed.alerts[2:]
    assert resumed.detection == "repairs-resumed"
    assert "document.log-bucket.policy" in resumed.to_json()
    assert bed.account.dynamodb.scan(TableName=STATE_TABLE)["Items"]
    assert bed.invocation().state.pause() is None


def test_a_pause_written_for_longer_ends_after_four_hours(bed: Bed) -> None:
    state = bed.invocation().state
    bed.command(command="pause", minutes=30, reason="x", author="")
    pause = state.pause()
    assert pause is not None
    state.begin_pause(replace(pause, until=NOW + timedelta(days=30)))
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.now += timedelta(hours=4, seconds=1)

    bed.handle({})

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]


@pytest.mark.parametrize("body", [{"S": "{"}, {"S": '{"until": "2099"}'}, {"N": "1"}])
def test_items_that_somebody_else_wrote_hold_off_nothing(bed: Bed, body: dict[str, str]) -> None:
    for item_id, at in (("pause", "now"), ("heal", NOW.isoformat()), ("reconcile", "last")):
        item = {"id": {"S": item_id}, "at": {"S": at}, "body": body}
        bed.account.dynamodb.put_item(TableName=STATE_TABLE, Item=item)
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.stop()

    status = bed.command(command="status").status
    bed.handle(call())

    assert status
    assert (status.last_reconcile, status.pause, status.heals) == (None, None, ())
    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]
    assert [alert.detection for alert in bed.alerts] == ["trail-stopped", "drift-found"]


def test_a_deploy_of_our_own_stacks_holds_off_repairs_but_not_logging(bed: Bed) -> None:
    bed.account.cloudformation.status = "UPDATE_IN_PROGRESS"
    bed.stop()
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.handle({})

    assert bed.logging()
    with pytest.raises(Exception, match="NoSuchBucketPolicy"):
        bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)


class TestASettingThatIsDeployedInTwoSteps:
    """The evidence stack's new template is there before the response stack's new baseline."""

    DEPLOY = {  # noqa: RUF012 - read only
        "eventSource": "logs.amazonaws.com",
        "requestParameters": {"logGroupName": "/trailkeeper/trail", "retentionInDays": 400},
        "userIdentity": {**BOT, "invokedBy": "cloudformation.amazonaws.com"},
    }

    def retention(self, bed: Bed) -> int:
        (group,) = bed.account.logs.describe_log_groups()["logGroups"]
        return int(group["retentionInDays"])

    def first_step(self, bed: Bed) -> None:
        bed.account.cloudformation.since = NOW
        bed.account.cloudformation.response = ("UPDATE_COMPLETE", NOW - timedelta(days=9))
        bed.account.logs.put_retention_policy(
            logGroupName="/trailkeeper/trail", retentionInDays=400
        )

    def event(self, bed: Bed) -> None:
        at = {"eventTime": "2026-11-20T03:04:30Z"}
        bed.handle(call("PutRetentionPolicy", **self.DEPLOY, **at))

    def test_is_not_healed_back_between_the_steps_and_says_nothing(self, bed: Bed) -> None:
        self.first_step(bed)
        bed.now += timedelta(minutes=2)

        self.event(bed)
        bed.handle({})

        assert self.retention(bed) == 400
        assert bed.alerts == []

    def test_is_logging_all_the_while(self, bed: Bed) -> None:
        self.first_step(bed)
        bed.stop()

        bed.handle(call())

        assert bed.logging()
        assert self.retention(bed) == 400

    def test_is_healed_back_when_the_second_step_does_not_come(self, bed: Bed) -> None:
        self.first_step(bed)
        bed.now += timedelta(minutes=15, seconds=1)

        bed.handle({})

        assert self.retention(bed) == 365
        assert [alert.detection for alert in bed.alerts] == ["drift-found"]

    def test_what_somebody_else_changes_meanwhile_is_told(self, bed: Bed) -> None:
        self.first_step(bed)

        bed.handle(call("PutRetentionPolicy", **{**self.DEPLOY, "userIdentity": BOT}))

        (alert,) = bed.alerts
        assert alert.detection == "log-group-changed"
        assert alert.result.key == "result.deferred"

    @pytest.mark.parametrize(
        "status", ["UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "UPDATE_FAILED"]
    )
    def test_is_told_and_not_fought_when_the_second_step_fails(self, bed: Bed, status: str) -> None:
        self.first_step(bed)
        bed.account.cloudformation.response = (status, NOW + timedelta(minutes=3))
        bed.now += timedelta(minutes=20)

        bed.handle({})

        assert self.retention(bed) == 400
        (alert,) = bed.alerts
        assert alert.story[1] == Text("ended.deferred", {"reason": Text("reason.response_failed")})

        bed.now += timedelta(minutes=41)
        bed.handle({})
        assert self.retention(bed) == 365

    def test_that_was_rolled_back_in_the_first_step_holds_off_nothing(self, bed: Bed) -> None:
        self.first_step(bed)
        bed.account.cloudformation.status = "UPDATE_ROLLBACK_COMPLETE"

        bed.handle({})

        assert self.retention(bed) == 365

    def test_is_no_news_after_both_steps_however_late_the_event_comes(self, bed: Bed) -> None:
        bed.account.cloudformation.response = ("UPDATE_COMPLETE", NOW + timedelta(minutes=3))
        bed.now += timedelta(minutes=10)

        self.event(bed)

        assert bed.alerts == []

    def test_hides_no_stack_of_other_people_at_another_time(self, bed: Bed) -> None:
        bed.account.cloudformation.since = NOW + timedelta(minutes=5)
        bed.now += timedelta(minutes=6)

        self.event(bed)

        assert [alert.detection for alert in bed.alerts] == ["log-group-changed"]


@pytest.mark.parametrize("status", ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"])
def test_the_first_run_finishes_the_deploy_and_says_nothing(bed: Bed, status: str) -> None:
    bed.account.cloudformation.status = status
    bed.account.logs.protected.clear()

    bed.handle({})

    assert bed.account.logs.protected == {"/trailkeeper/trail"}
    assert bed.alerts == []


def test_an_unprotected_log_group_is_told_when_no_deploy_left_it_so(bed: Bed) -> None:
    bed.now += timedelta(hours=2)
    bed.account.logs.protected.clear()

    bed.handle({})

    assert bed.account.logs.protected == {"/trailkeeper/trail"}
    assert [alert.detection for alert in bed.alerts] == ["drift-found"]


def test_what_else_differs_after_a_deploy_is_told(bed: Bed) -> None:
    bed.account.logs.protected.clear()
    bed.account.logs.delete_retention_policy(logGroupName="/trailkeeper/trail")

    bed.handle({})

    assert bed.account.logs.protected == {"/trailkeeper/trail"}
    assert [alert.detection for alert in bed.alerts] == ["drift-found"]


def test_a_stack_held_in_progress_for_hours_holds_off_nothing(bed: Bed) -> None:
    bed.account.cloudformation.status = "UPDATE_IN_PROGRESS"
    bed.now += timedelta(hours=2)
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.handle({})

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]


def test_resume_ends_a_pause_at_once(bed: Bed) -> None:
    bed.command(command="pause", minutes=30, reason="x", author="")
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.command(command="resume")

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ({"command": "pause", "minutes": 241, "reason": "x"}, "1 to 240, given: 241"),
        ({"command": "pause", "minutes": True, "reason": "x"}, "given: True"),
        ({"command": "pause", "minutes": 5, "reason": " "}, "needs a reason"),
        ({"command": "pause", "reason": "x" * 201}, "at most 200 characters, given: 201"),
        ({"command": ["status"]}, "unknown command"),
        ({"command": "explode"}, "'explode'; known are reconcile, status, pause, resume"),
    ],
)
def test_an_impossible_command_says_what_is_allowed(
    bed: Bed, command: dict[str, Any], message: str
) -> None:
    answer = bed.command(**command)

    assert answer.did is Did.REFUSED
    assert message in answer.why


def test_status_tells_what_is_guarded_and_changes_nothing(bed: Bed) -> None:
    bed.handle({})
    bed.stop()
    bed.account.writes.clear()

    status = bed.command(command="status")

    assert bed.account.writes == []
    assert status.status
    assert status.status.guarded[0] == "logging"
    assert status.report
    assert status.report.outcomes[0].document == "status"
    assert status.status.last_reconcile
    assert status.status.last_reconcile.report.found_nothing
    assert not bed.logging()


def test_what_the_schedule_heals_is_told_as_found_and_remembered(bed: Bed) -> None:
    bed.stop()

    bed.handle({})

    status = bed.command(command="status").status
    assert status
    assert [(each.what, each.author) for each in status.heals] == [(("logging.status",), "")]
    assert bed.alerts[0].what == Text("subject.found_stopped")


def test_the_status_tells_who_is_reached_what_was_healed_and_when_somebody_looked(
    bed: Bed,
) -> None:
    bed.settings = {"alert_emails": ("kim@example.com",)}
    topic = bed.account.sns.create_topic(Name="trailkeeper-alerts")["TopicArn"]
    bed.account.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="by-hand@example.com")
    bed.handle(LOOK)
    bed.now += timedelta(minutes=1)
    bed.handle(SWEEP)
    bed.stop()
    bed.handle(call())
    bed.now += timedelta(minutes=1)
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.handle({})

    status = bed.command(command="status").status

    assert status
    assert (status.last_look, status.last_sweep) == (NOW, NOW + timedelta(minutes=1))
    assert [(each.what, each.call, each.author) for each in status.heals] == [
        (("log-bucket.policy",), "", ""),
        (("logging.status",), "StopLogging", "user deploy-bot"),
    ]
    assert status.addresses
    assert ("kim@example.com", "missing") in [
        (each.endpoint, each.trouble) for each in status.addresses
    ]
    assert "by-hand@example.com" in [each.endpoint for each in status.addresses]
    assert status.version == "0.1.0"
    assert status.other_trails == ()


def test_other_trails_of_all_regions_are_seen(bed: Bed) -> None:
    bed.account.s3.create_bucket(Bucket="others")
    for name, everywhere in (("copy", True), ("local", False)):
        bed.account.cloudtrail.create_trail(
            Name=name, S3BucketName="others", IsMultiRegionTrail=everywhere
        )

    status = bed.command(command="status").status

    assert status
    assert [(each.name, each.home_region) for each in status.other_trails] == [("copy", REGION)]


def test_a_command_that_finds_what_it_cannot_heal_answers(bed: Bed) -> None:
    bed.clients = Tampered(bed.account, "cloudtrail", "get_trail_status", failing("AccessDenied"))

    answer = bed.command(command="reconcile")

    assert answer.report
    assert answer.report.failed
    assert bed.alerts


def test_the_end_of_a_pause_says_who_why_how_long_and_what_was_done_meanwhile(bed: Bed) -> None:
    bed.command(command="pause", minutes=30, reason="moving logs", author="alice")
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.now += timedelta(minutes=1)
    bucket = {"bucketName": bed.baseline.log_bucket}
    bed.handle(call("DeleteBucketPolicy", eventSource="s3.amazonaws.com", requestParameters=bucket))
    bed.alerts.clear()
    bed.now += timedelta(minutes=4)

    answer = bed.command(command="resume", author="bob")

    (mail,) = bed.alerts
    facts = [(fact.label, fact.value) for fact in mail.facts]
    assert ("label.paused_by", "alice") in facts
    assert ("label.reason", "moving logs") in facts
    assert ("label.resumed_by", "bob") in facts
    [meanwhile] = [value for label, value in facts if label == "label.meanwhile"]
    assert isinstance(meanwhile, Text)
    assert meanwhile.params["call"] == "DeleteBucketPolicy"
    assert meanwhile.params["who"] == "user deploy-bot"
    assert answer.pause
    assert answer.pause.end == NOW + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("event", "trigger"),
    [
        (SWEEP, Trigger.SWEEP),
        ({"source": "trailkeeper"}, Trigger.OTHER),
        ({"detail-type": "Scheduled Reconcile"}, Trigger.OTHER),
        (None, Trigger.OTHER),
        (call("UpdateTrail"), Trigger.EVENT),
        ({"trailkeeper": {"command": "reconcile"}}, Trigger.COMMAND),
    ],
)
def test_the_answer_says_what_invoked_the_function(bed: Bed, event: Any, trigger: Trigger) -> None:
    answer = bed.handle(event)

    assert (answer.did, answer.trigger) == (Did.RECONCILED, trigger)
    assert (answer.heartbeat is not None) is (trigger is Trigger.SWEEP)


def test_a_look_reads_the_status_and_nothing_else(bed: Bed) -> None:
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.clients = Tampered(bed.account, "s3", "get_bucket_policy", failing("AccessDenied"))

    answer = bed.handle(LOOK)

    assert (answer.did, answer.trigger) == (Did.LOOKED, Trigger.LOOK)
    assert answer.heartbeat == LOOK_SUCCEEDED
    assert bed.alerts == []


def test_a_look_that_finds_the_trail_stopped_starts_it_and_sweeps(bed: Bed) -> None:
    bed.stop()
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    answer = bed.handle(LOOK)

    assert bed.logging()
    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]
    assert (answer.did, answer.trigger) == (Did.RECONCILED, Trigger.LOOK)
    assert answer.heartbeat == LOOK_SUCCEEDED
    [alert] = bed.alerts
    assert alert.what == Text("subject.found_stopped")


def test_a_look_that_cannot_see_the_status_is_no_heartbeat(bed: Bed) -> None:
    bed.clients = Tampered(bed.account, "cloudtrail", "get_trail_status", failing("AccessDenied"))

    with pytest.raises(HealFailedError):
        bed.handle(LOOK)

    assert bed.alerts


def test_a_look_ends_a_pause_that_is_over(bed: Bed) -> None:
    bed.command(command="pause", minutes=30, reason="x", author="")
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    assert bed.handle(LOOK).did is Did.LOOKED

    bed.now += timedelta(minutes=31)
    bed.handle(LOOK)

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]


def test_a_pause_that_nobody_can_be_told_of_does_not_begin(bed: Bed) -> None:
    bed.alert_error = refused("QueueDoesNotExist")

    answer = bed.command(command="pause", minutes=30, reason="quietly", author="mallory")

    assert answer.did is Did.REFUSED
    assert "the pause could not be begun" in answer.why
    assert bed.invocation().state.pause() is None


def test_an_address_that_never_confirmed_is_told_through_the_other_channels(bed: Bed) -> None:
    bed.settings = {"alert_emails": ("asleep@example.com",)}
    bed.account.sns.create_topic(Name="trailkeeper-alerts")

    bed.handle({})

    assert ["asleep@example.com" in alert.to_json() for alert in bed.alerts] == [True]


def test_channels_that_cannot_be_seen_never_stop_a_repair(bed: Bed) -> None:
    bed.settings = {"alert_emails": ("asleep@example.com",)}
    bed.stop()

    bed.handle({})

    assert bed.logging()


def test_a_lasting_drift_keeps_its_key_for_a_day(bed: Bed) -> None:
    bed.clients = Tampered(bed.account, "s3", "get_bucket_policy", failing("AccessDenied"))
    for _ in range(2):
        with pytest.raises(HealFailedError):
            bed.handle({})
        bed.now += timedelta(minutes=5)

    assert len(bed.alerts) == 2
    assert len({alert.dedup_key for alert in bed.alerts}) == 1


COPIED = {"policyName": "siem", "policyDocument": '{"DestinationArn": "arn:aws:kinesis:x"}'}
CRITERIA = 'LogGroupName NOT IN ["/trailkeeper/trail", "/aws/x"]'


class TestADifferenceThatOnlyPeopleMayPutRight:
    """A policy of the whole account is told when it appears and again weekly."""

    def subscribe(self, bed: Bed, **more: str) -> None:
        policies = [{**COPIED, **more}]
        bed.account.logs.account_policies["SUBSCRIPTION_FILTER_POLICY"] = policies

    def told(self, bed: Bed) -> list[str]:
        names = [each.document for alert in bed.alerts for each in alert.differences]
        # moto delivers nothing, which is told as well when days go by.
        found = [each for each in names if not each.startswith("logging.")]
        bed.alerts.clear()
        return found

    def test_is_told_when_it_appears_and_not_at_each_reconcile(self, bed: Bed) -> None:
        self.subscribe(bed)

        bed.handle({})
        assert self.told(bed) == ["log-group.account-policies"]
        for hours in (1, 30, 6 * 24):
            bed.now = NOW + timedelta(hours=hours)
            bed.handle({})
            assert self.told(bed) == []

        bed.now = NOW + timedelta(days=7)
        bed.handle({})
        assert self.told(bed) == ["log-group.account-policies"]
        bed.now = NOW + timedelta(days=13)
        bed.handle({})
        assert self.told(bed) == []

    def test_is_told_again_when_it_changes_or_comes_back(self, bed: Bed) -> None:
        self.subscribe(bed)
        bed.handle({})
        assert self.told(bed)

        self.subscribe(bed, policyName="another")
        bed.handle({})
        assert self.told(bed)

        bed.account.logs.account_policies.clear()
        bed.handle({})
        self.subscribe(bed, policyName="another")
        bed.handle({})
        assert self.told(bed)

    def test_is_always_shown_by_the_status(self, bed: Bed) -> None:
        self.subscribe(bed)
        bed.handle({})

        for _ in range(2):
            answer = bed.command(command="status")
            assert answer.report
            (outcome,) = answer.report.outcomes
            assert outcome.key == "log-group.account-policies"
            assert "arn:aws:kinesis:x" in outcome.changes[0].before

    def test_is_told_with_its_author_at_the_call(self, bed: Bed) -> None:
        self.subscribe(bed)
        bed.handle({})
        bed.alerts.clear()
        put = {"policyName": "siem", "policyType": "SUBSCRIPTION_FILTER_POLICY"}

        bed.handle(
            call("PutAccountPolicy", eventSource="logs.amazonaws.com", requestParameters=put)
        )

        (alert,) = bed.alerts
        assert alert.detection == "log-group-changed"
        assert alert.story[0].params["who"].params == {"name": "deploy-bot"}

    def test_is_none_if_it_leaves_out_the_trails_group(self, bed: Bed) -> None:
        self.subscribe(bed, selectionCriteria=CRITERIA)

        bed.handle({})

        assert bed.alerts == []

    def test_a_retention_policy_of_the_account_is_told_and_not_fought(self, bed: Bed) -> None:
        def decided(real: Any, arguments: Any) -> Any:
            answer = real(**arguments)
            for group in answer["logGroups"]:
                group |= {"retentionInDays": 30, "retentionPolicyName": "all"}
            return answer

        bed.clients = Tampered(bed.account, "logs", "describe_log_groups", decided)

        for _ in range(3):
            bed.handle({})

        (alert,) = bed.alerts
        assert [(each.path, each.found) for each in alert.differences] == [
            ("retentionInDays", "30"),
            ("retentionPolicyName", "all"),
        ]
        assert "PutRetentionPolicy" not in bed.account.writes


def test_a_key_is_given_up_by_the_second_run_that_sees_it_lost(account: Account, bed: Bed) -> None:
    made = account.kms.create_key()["KeyMetadata"]["Arn"]
    bed.baseline = replace(BASELINE, evidence_key_arn=made)
    account.kms.disable_key(KeyId=bed.baseline.evidence_key_arn)
    bed.clients = Tampered(account, "kms", "enable_key", failing("AccessDeniedException"))

    for given_up in (False, True):
        with pytest.raises(HealFailedError):
            bed.handle({})
        described = account.cloudtrail.describe_trails()["trailList"][0]
        assert bool(described.get("KmsKeyId")) is not given_up
