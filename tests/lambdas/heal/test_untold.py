"""What nobody was told of: an event was lost, a run was cut off, or the queue was down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError
from moto.backends import get_backend

from tests.deployed_evidence import ACCOUNT, NOW, REGION, refused
from tests.lambdas.heal.bed import Bed, call, made
from tests.lambdas.heal.test_confirming import INNOCENT
from trailkeeper.environments.schedule import LOOK, SWEEP
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader
from trailkeeper.words.text import Duration, Severity, Text


def stop_and_start(bed: Bed, minutes: int) -> None:
    """What somebody does between two looks."""
    bed.stop()
    bed.now += timedelta(minutes=minutes)
    status = get_backend("cloudtrail")[ACCOUNT][REGION].trails["trailkeeper"].status
    status.is_logging, status.started = True, bed.now


@pytest.fixture
def looked_at(bed: Bed) -> Bed:
    """A trail that was started when it was deployed, and looked at since."""
    status = get_backend("cloudtrail")[ACCOUNT][REGION].trails["trailkeeper"].status
    status.started = NOW - timedelta(days=1)
    bed.handle(SWEEP)
    bed.alerts.clear()
    return bed


def test_a_stop_that_was_over_before_anybody_looked_is_told_once(looked_at: Bed) -> None:
    bed = looked_at
    stop_and_start(bed, minutes=4)

    for _ in range(6):
        bed.now += timedelta(minutes=5)
        bed.handle(LOOK)

    [alert] = bed.alerts
    assert alert.what == Text("subject.was_dark")
    assert alert.result == Text("result.logs_again", {"duration": Duration(240.0)})
    assert alert.severity is Severity.WARNING
    mail = email.render(alert, Reader())
    assert "stopped at 03:04:05 UTC and started at 03:08:05 UTC" in " ".join(mail.body.split())
    assert "StopLogging,StartLogging,DeleteTrail,CreateTrail" in mail.body


def test_a_trail_that_was_made_again_without_a_word_is_told(looked_at: Bed) -> None:
    bed = looked_at
    bed.now += timedelta(minutes=4)
    status = get_backend("cloudtrail")[ACCOUNT][REGION].trails["trailkeeper"].status
    status.started, status.stopped = bed.now, None
    bed.now += timedelta(minutes=15)

    bed.handle(LOOK)
    bed.handle(SWEEP)

    [alert] = bed.alerts
    assert (alert.what, alert.result) == (Text("subject.was_gone"), Text("result.recreated"))
    assert "started at 03:08:05 UTC and never stopped" in " ".join(
        email.render(alert, Reader()).body.split()
    )


def test_a_dark_time_nobody_told_of_is_followed_by_a_sweep(looked_at: Bed) -> None:
    bed = looked_at
    stop_and_start(bed, minutes=4)
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.now += timedelta(minutes=15)

    bed.handle(LOOK)

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]
    assert len(bed.alerts) == 2


def test_whoever_may_still_tell_of_a_stop_is_not_forestalled(looked_at: Bed) -> None:
    bed = looked_at
    stop_and_start(bed, minutes=4)
    bed.now += timedelta(minutes=9)

    bed.handle(LOOK)

    assert bed.alerts == []


def test_a_stop_that_a_call_told_of_is_no_news(looked_at: Bed) -> None:
    bed = looked_at
    bed.stop()
    bed.handle(made(bed, call()))
    told = len(bed.alerts)
    bed.now += timedelta(minutes=30)

    bed.handle(LOOK)
    bed.handle(SWEEP)

    assert (told, len(bed.alerts)) == (1, 1)


def test_a_stop_that_its_author_ended_is_told_with_the_call_and_then_no_more(
    looked_at: Bed,
) -> None:
    bed = looked_at
    stop_and_start(bed, minutes=1)
    bed.handle(made(bed, call()))
    bed.now += timedelta(minutes=30)

    bed.handle(LOOK)

    [alert] = bed.alerts
    assert alert.what == Text("subject.trail-stopped")


def test_word_of_another_time_does_not_hide_a_stop(looked_at: Bed) -> None:
    bed = looked_at
    stop_and_start(bed, minutes=4)
    bed.handle(call(eventTime="2026-11-20T01:00:00Z"))
    bed.alerts.clear()
    bed.now += timedelta(minutes=15)

    bed.handle(LOOK)

    assert [each.what.key for each in bed.alerts] == ["subject.was_dark"]


def test_an_old_stop_is_no_news_to_who_looks_for_the_first_time(bed: Bed) -> None:
    stop_and_start(bed, minutes=4)
    bed.now += timedelta(days=30)

    bed.handle(LOOK)
    bed.handle(SWEEP)

    assert [each.what for each in bed.alerts if each.what.key == "subject.was_dark"] == []


def start_and_be_cut_off(bed: Bed, event: object) -> None:
    """A run starts a stopped trail, and cannot tell that it did."""
    bed.stop()
    bed.now += timedelta(minutes=1)
    bed.alert_error = refused("QueueDoesNotExist")
    with pytest.raises(ClientError):
        bed.handle(event)
    bed.alert_error = None
    status = get_backend("cloudtrail")[ACCOUNT][REGION].trails["trailkeeper"].status
    assert status.is_logging
    status.started = bed.now


@pytest.mark.parametrize("event", [LOOK, SWEEP], ids=["look", "sweep"])
def test_a_start_that_could_not_be_told_is_told_once_by_the_next_sweep(
    looked_at: Bed, event: object
) -> None:
    bed = looked_at
    start_and_be_cut_off(bed, event)

    for _ in range(3):
        bed.now += timedelta(minutes=30)
        bed.handle(SWEEP)

    [alert] = bed.alerts
    assert alert.what == Text("subject.found_stopped")
    mail = " ".join(email.render(alert, Reader()).body.split())
    assert "a run had begun to put it back and was cut off" in mail
    assert "2026-11-20 03:04:05 UTC to 03:05:05 UTC" in mail


def test_a_start_that_could_not_be_told_is_told_though_the_trail_was_made_again(
    looked_at: Bed,
) -> None:
    """The new trail's status knows nothing of the stop."""
    bed = looked_at
    start_and_be_cut_off(bed, SWEEP)
    bed.now += timedelta(minutes=4)
    status = get_backend("cloudtrail")[ACCOUNT][REGION].trails["trailkeeper"].status
    status.started, status.stopped = bed.now, None

    for _ in range(3):
        bed.now += timedelta(minutes=30)
        bed.handle(SWEEP)

    assert [each.what.key for each in bed.alerts] == ["subject.found_stopped", "subject.was_gone"]


def test_a_later_stop_is_told_beside_a_start_that_could_not_be(looked_at: Bed) -> None:
    bed = looked_at
    start_and_be_cut_off(bed, SWEEP)
    bed.now += timedelta(minutes=3)
    stop_and_start(bed, minutes=4)

    for _ in range(3):
        bed.now += timedelta(minutes=30)
        bed.handle(SWEEP)

    assert [each.what.key for each in bed.alerts] == ["subject.found_stopped", "subject.was_dark"]


BUCKET_CALL = call(
    "DeleteBucketPolicy",
    eventSource="s3.amazonaws.com",
    requestParameters={"bucketName": f"trailkeeper-logs-{ACCOUNT}-{REGION}"},
)


@pytest.mark.parametrize("event", [SWEEP, BUCKET_CALL])
def test_what_was_restored_by_a_run_that_could_not_tell_is_told_by_the_next(
    looked_at: Bed, event: object
) -> None:
    bed = looked_at
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.alert_error = refused("QueueDoesNotExist")
    with pytest.raises(ClientError):
        bed.handle(event)
    bed.alert_error = None
    bed.now += timedelta(minutes=30)

    bed.handle(SWEEP)
    bed.now += timedelta(minutes=30)
    bed.handle(SWEEP)

    [alert] = bed.alerts
    mail = email.render(alert, Reader()).body
    assert "Log bucket policy" in mail
    assert "a run had begun to put it back and was cut off" in " ".join(mail.split())


def test_a_run_that_may_still_be_at_work_is_left_to_tell_by_itself(looked_at: Bed) -> None:
    bed = looked_at
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.alert_error = refused("QueueDoesNotExist")
    with pytest.raises(ClientError):
        bed.handle(SWEEP)
    bed.alert_error = None
    bed.now += timedelta(seconds=20)

    bed.handle(SWEEP)

    assert bed.alerts == []


def test_what_a_run_that_was_cut_off_left_open_is_told_as_it_is_now(looked_at: Bed) -> None:
    bed = looked_at
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.alert_error = refused("QueueDoesNotExist")
    with pytest.raises(ClientError):
        bed.handle(SWEEP)
    bed.alert_error = None
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)
    bed.now += timedelta(minutes=30)

    bed.handle(SWEEP)

    [alert] = bed.alerts
    assert "cut off" not in email.render(alert, Reader()).body


def test_a_stop_that_a_made_up_call_told_of_is_told_again_once(looked_at: Bed) -> None:
    bed = looked_at
    stop_and_start(bed, minutes=1)
    bed.handle(call(userIdentity=INNOCENT))
    bed.alerts.clear()

    for _ in range(10):
        bed.now += timedelta(minutes=5)
        # Whoever says it again and again only wins time for the first one.
        if bed.now - NOW < timedelta(minutes=25):
            bed.handle(call(userIdentity=INNOCENT))
            bed.alerts.clear()
        bed.handle(LOOK)

    made_up, dark = bed.alerts
    assert made_up.detection == "call-not-made"
    assert dark.what == Text("subject.was_dark")
    mail = " ".join(email.render(dark, Reader()).body.split())
    assert (
        "stopped at 03:04:05 UTC and started at 03:05:05 UTC. The alert of that time named" in mail
    )
    assert "No alert said so" not in mail


def test_a_stop_is_known_once_event_history_has_its_call(looked_at: Bed) -> None:
    bed = looked_at
    stop_and_start(bed, minutes=1)
    event = call(eventID="real")
    bed.handle(event)
    told = len(bed.alerts)
    for minutes in range(5, 120, 5):
        bed.now = NOW + timedelta(minutes=minutes)
        if minutes == 25:
            made(bed, event)
        bed.handle(LOOK)

    assert (told, len(bed.alerts)) == (1, 1)
