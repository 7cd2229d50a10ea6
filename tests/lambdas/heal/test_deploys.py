"""What a deploy of our own stacks holds off, and what it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.deployed_evidence import (
    NOW,
)
from tests.lambdas.heal.bed import BOT, Bed, call
from trailkeeper.words.text import Text


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
        bed.now += timedelta(minutes=15)

        bed.handle({})

        assert self.retention(bed) == 400
        (alert,) = bed.alerts
        assert alert.story[1] == Text("ended.deferred", {"reason": Text("reason.response_failed")})

    def test_holds_no_longer_because_its_second_step_failed(self, bed: Bed) -> None:
        self.first_step(bed)
        bed.account.cloudformation.response = (
            "UPDATE_ROLLBACK_COMPLETE",
            NOW + timedelta(minutes=3),
        )
        bed.now += timedelta(minutes=15, seconds=1)

        bed.handle({})

        assert self.retention(bed) == 365
        (alert,) = bed.alerts
        assert Text("story.response_failed") in alert.story

    def test_that_failed_is_not_named_when_only_logging_was_stopped_days_later(
        self, bed: Bed
    ) -> None:
        bed.account.cloudformation.response = (
            "UPDATE_ROLLBACK_COMPLETE",
            NOW + timedelta(minutes=3),
        )
        bed.now += timedelta(days=2)
        bed.stop()

        bed.handle({})

        (alert,) = bed.alerts
        assert Text("story.response_failed") not in alert.story

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


@pytest.mark.parametrize(
    ("status", "age"),
    [
        ("UPDATE_IN_PROGRESS", timedelta(minutes=15, seconds=1)),
        ("UPDATE_IN_PROGRESS", -timedelta(days=3650)),
        ("REVIEW_IN_PROGRESS", timedelta()),
        ("DELETE_IN_PROGRESS", timedelta()),
        ("IMPORT_IN_PROGRESS", timedelta()),
        ("UPDATE_COMPLETE", -timedelta(days=3650)),
    ],
)
def test_what_is_no_deploy_of_the_last_quarter_of_an_hour_holds_off_nothing(
    bed: Bed, status: str, age: timedelta
) -> None:
    bed.account.cloudformation.status = status
    bed.account.cloudformation.since = bed.now - age
    if status == "UPDATE_COMPLETE":
        bed.account.cloudformation.response = ("UPDATE_COMPLETE", bed.now - timedelta(days=1))
    bed.account.s3.delete_bucket_policy(Bucket=bed.baseline.log_bucket)

    bed.handle({})

    assert bed.account.s3.get_bucket_policy(Bucket=bed.baseline.log_bucket)["Policy"]
