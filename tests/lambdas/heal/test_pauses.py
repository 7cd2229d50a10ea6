"""A pause holds off repairs, but never logging, and ends by itself."""

from __future__ import annotations

import json
from dataclasses import replace
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
from trailkeeper.words.text import Text


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


@pytest.mark.parametrize(
    ("started", "until"),
    [
        ("2026-11-20T03:00:00+00:00", "2036-01-01T00:00:00+00:00"),
        ("2036-01-01T00:00:00+00:00", "2036-01-01T00:30:00+00:00"),
        ("2026-11-20T03:00:00+00:00", "2026-11-20T07:00:01+00:00"),
        ("2026-11-20T03:00:00+00:00", "2026-11-20T02:00:00+00:00"),
    ],
)
def test_a_pause_that_cannot_be_is_none_and_is_told(bed: Bed, started: str, until: str) -> None:
    body = json.dumps({"started": started, "until": until, "reason": "x", "author": "alice"})
    item = {"id": {"S": "pause"}, "at": {"S": "now"}, "body": {"S": body}}
    bed.account.dynamodb.put_item(TableName=STATE_TABLE, Item=item)
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.handle({})

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]
    assert [alert.detection for alert in bed.alerts] == ["drift-found", "state-item-strange"]


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
    bed.command(command="pause", minutes=30, reason="x", author="")
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.command(command="resume")

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]


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
