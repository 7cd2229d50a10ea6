"""What one invocation of the heal function does and tells, in a moto account."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lambdas.heal.invocation import HealFailedError
from tests.deployed_evidence import (
    BASELINE,
    NOW,
    Account,
    refused,
)
from tests.lambdas.heal.bed import Bed, call
from tests.tampered import Tampered, failing
from trailkeeper.environments.schedule import SWEEP
from trailkeeper.evidence.names import STATE_TABLE
from trailkeeper.reconcile.answer import Did, Trigger
from trailkeeper.words.text import Severity, Text


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

    # Only that the event history is to be asked for it is noted.
    assert bed.account.calls == ["Query", "PutItem"]
    assert [alert.detection for alert in bed.alerts] == ["attempt-refused"]
    assert bed.alerts[0].severity is Severity.WARNING


@pytest.mark.parametrize("of_the_event", [{"eventTime": "2036-11-20T03:00:00Z"}, {}])
def test_denied_tries_of_one_author_share_a_key_within_an_hour(
    bed: Bed, of_the_event: dict[str, str]
) -> None:
    """By our clock, whatever the events say, and whatever session each of them is made in."""
    for session, minute in (("a", 5), ("b", 59), ("c", 60)):
        bed.now = NOW.replace(minute=0) + timedelta(minutes=minute)
        role = {
            "type": "AssumedRole",
            "arn": f"arn:aws:sts::123456789012:assumed-role/Admin/{session}",
            "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::123456789012:role/Admin"}},
        }
        tried = {"errorCode": "AccessDenied", "eventID": session, "userIdentity": role}
        bed.handle(call(**tried, **of_the_event))

    first, second, third = (alert.dedup_key for alert in bed.alerts)
    assert first == second != third


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


def test_the_state_table_out_of_reach_never_stops_a_repair(bed: Bed) -> None:
    bed.account.dynamodb.delete_table(TableName=STATE_TABLE)
    bed.stop()

    bed.handle(call())

    assert bed.logging()
    assert [alert.detection for alert in bed.alerts] == ["trail-stopped"]


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
