"""A pause holds off repairs, but never logging, and ends by itself."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.deployed_evidence import (
    NOW,
    refused,
)
from tests.lambdas.heal.bed import Bed, call
from trailkeeper.environments.schedule import LOOK
from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.reconcile.answer import Did
from trailkeeper.state.heal_items import Pause
from trailkeeper.words.text import Text


def test_a_pause_holds_off_repairs_but_not_logging_and_ends_by_itself(bed: Bed) -> None:
    bed.pause(minutes=30, reason="moving logs", author="alice")
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


def test_a_look_that_changes_nothing_announces_no_pause(bed: Bed) -> None:
    bed.want_pause(30, "moving logs", "alice")

    bed.command(command="reconcile", dry_run=True)
    assert bed.alerts == []

    bed.handle({})
    assert [alert.detection for alert in bed.alerts] == ["repairs-paused"]


def test_nothing_in_the_table_holds_off_a_repair(bed: Bed) -> None:
    pause = Pause(NOW, NOW + timedelta(hours=4), "moving logs", "alice")
    bed.invocation().state.begin_pause(pause)
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.handle({})

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]
    assert [alert.detection for alert in bed.alerts] == ["repairs-resumed"]


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
    told = [alert.detection for alert in bed.alerts]
    assert [each for each in told if each != "state-item-strange"] == [
        "trail-stopped",
        "drift-found",
    ]
    items = {
        fact.value for alert in bed.alerts for fact in alert.facts if fact.label == "label.item"
    }
    # What may be an item of another version is passed over in silence.
    strange = {"pause / now", f"heal / {NOW.isoformat()}", "reconcile / last"}
    assert items == (set() if "until" in str(body) else strange)


JUNK = (
    "",
    "{",
    "[]",
    "null",
    "[" * 100_000,
    '{"minutes": 30}',
    '{"minutes": "30", "reason": "x"}',
    '{"minutes": true, "reason": "x"}',
    '{"minutes": 241, "reason": "x"}',
    '{"minutes": 1e9, "reason": "x"}',
    '{"minutes": 99999999999999999999, "reason": "x"}',
    '{"minutes": -1, "reason": "x"}',
    '{"minutes": 30, "reason": " "}',
    json.dumps({"minutes": 30, "reason": "x" * 201}),
    '{"minutes": 30, "reason": "x", "until": "2036-01-01"}',
)


@pytest.mark.parametrize("value", JUNK)
def test_what_is_no_pause_holds_off_nothing_and_is_told_with_its_author(
    bed: Bed, value: str
) -> None:
    bed.account.ssm.write(value, "arn:aws:iam::123456789012:user/mallory", bed.now)
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.handle({})

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]
    told = {alert.detection: alert for alert in bed.alerts}
    assert told.keys() == {"pause-refused", "drift-found"}
    assert "user/mallory" in told["pause-refused"].to_json()


def test_a_pause_of_a_time_to_come_is_none(bed: Bed) -> None:
    bed.account.ssm.write('{"minutes": 30, "reason": "x"}', "alice", NOW + timedelta(days=1))

    bed.handle({})

    assert [alert.detection for alert in bed.alerts] == ["pause-refused"]


def test_a_pause_that_nobody_announced_is_told_by_the_first_run_with_who_aws_says(
    bed: Bed,
) -> None:
    bed.want_pause(30, "moving logs", "arn:aws:iam::123456789012:user/bob")
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.handle({})
    bed.handle({})

    with pytest.raises(Exception, match="NoSuchBucketPolicy"):
        bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)
    begun = [alert for alert in bed.alerts if alert.detection == "repairs-paused"]
    assert len(begun) == 1
    assert "user/bob" in begun[0].to_json()


def test_a_pause_that_is_over_before_anybody_looked_is_nothing(bed: Bed) -> None:
    bed.want_pause(30)
    bed.now += timedelta(minutes=30)

    bed.handle({})

    assert bed.alerts == []


def test_another_pause_after_the_first_is_told_by_itself(bed: Bed) -> None:
    bed.pause(30, "first", "alice")
    bed.now += timedelta(minutes=10)
    bed.pause(60, "second", "bob")
    bed.now += timedelta(minutes=59)
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.handle({})

    with pytest.raises(Exception, match="NoSuchBucketPolicy"):
        bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)
    assert [alert.detection for alert in bed.alerts][:2] == ["repairs-paused"] * 2


def test_the_latest_of_many_versions_counts(bed: Bed) -> None:
    for number in range(70):
        bed.want_pause(0 if number < 69 else 30, f"try {number}")

    assert bed.command(command="pause").pause
    assert "try 69" in bed.alerts[0].to_json()


def test_a_parameter_that_is_gone_ends_the_pause(bed: Bed) -> None:
    bed.pause()
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.account.ssm.versions.clear()

    bed.handle({})

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]
    assert bed.alerts[-1].detection == "repairs-resumed"


def test_a_parameter_that_cannot_be_read_holds_off_nothing(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    bed.want_pause(30)
    monkeypatch.setattr(bed.account.ssm, "get_parameter_history", _refuse)
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.handle({})

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]


def _refuse(**_: object) -> object:
    raise refused("AccessDeniedException")


def test_a_look_asks_for_no_parameter(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes every few minutes, and would be a call more each time."""
    monkeypatch.setattr(bed.account.ssm, "get_parameter_history", None)

    assert bed.handle(LOOK).did is Did.LOOKED


def test_a_pause_that_nobody_asked_for_does_not_begin(bed: Bed) -> None:
    answer = bed.command(command="pause", minutes=30, reason="forged", author="the CISO")

    assert answer.did is Did.REFUSED
    assert "nobody has asked for one by the parameter /trailkeeper/pause" in answer.why
    assert bed.alerts == []


def test_nobody_ends_a_pause_by_invoking_the_function_alone(bed: Bed) -> None:
    bed.pause()

    answer = bed.command(command="resume", author="the CISO")

    assert answer.did is Did.REFUSED
    assert "asks for a pause until" in answer.why


@pytest.mark.parametrize("partition", ["heal", "healed", "waits", "unconfirmed", "contained"])
def test_an_item_of_a_time_to_come_is_told(bed: Bed, partition: str) -> None:
    item = {"id": {"S": partition}, "at": {"S": "2036-01-01T00:00:00+00:00#e"}}
    bed.account.dynamodb.put_item(TableName=STATE_TABLE, Item=item)

    bed.handle({})

    (alert,) = bed.alerts
    assert alert.detection == "state-item-strange"
    assert "2036" in str(alert.facts[0].value)


def test_what_was_told_at_a_time_to_come_silences_nothing(bed: Bed) -> None:
    bed.account.logs.account_policies["SUBSCRIPTION_FILTER_POLICY"] = [{"policyName": "siem"}]
    bed.handle({})
    known = bed.account.dynamodb.get_item(
        TableName=STATE_TABLE, Key={"id": {"S": "reconcile"}, "at": {"S": "last"}}
    )["Item"]
    known["body"]["S"] = known["body"]["S"].replace("2026-", "2036-")
    bed.account.dynamodb.put_item(TableName=STATE_TABLE, Item=known)
    bed.alerts.clear()
    bed.now += timedelta(days=30)

    bed.handle({})

    told = [alert.detection for alert in bed.alerts]
    assert "drift-found" in told
    assert "state-item-strange" in told


def test_resume_ends_a_pause_at_once(bed: Bed) -> None:
    bed.pause(minutes=30, reason="x")
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.resume()

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]


def test_the_end_of_a_pause_says_who_why_how_long_and_what_was_done_meanwhile(bed: Bed) -> None:
    bed.pause(minutes=30, reason="moving logs", author="alice")
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.now += timedelta(minutes=1)
    bucket = {"bucketName": bed.baseline.log_bucket}
    bed.handle(call("DeleteBucketPolicy", eventSource="s3.amazonaws.com", requestParameters=bucket))
    bed.alerts.clear()
    bed.now += timedelta(minutes=4)

    answer = bed.resume(author="bob")

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


def test_a_look_ends_a_pause_that_is_over(bed: Bed) -> None:
    bed.pause(minutes=30, reason="x")
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    assert bed.handle(LOOK).did is Did.LOOKED

    bed.now += timedelta(minutes=31)
    bed.handle(LOOK)

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]


def test_a_pause_that_nobody_can_be_told_of_does_not_begin(bed: Bed) -> None:
    bed.alert_error = refused("QueueDoesNotExist")

    answer = bed.pause(minutes=30, reason="quietly", author="mallory")

    assert answer.did is Did.REFUSED
    assert "the pause could not be begun" in answer.why
    assert bed.invocation().state.pause() is None
