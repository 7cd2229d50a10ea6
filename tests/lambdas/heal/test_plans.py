"""Planned changes: healed as any other and told quietly, if the settings name caller and call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lambdas.heal.invocation import HealFailedError
from tests.deployed_evidence import ACCOUNT, BASELINE
from tests.lambdas.heal.bed import Bed, call
from tests.tampered import Tampered, failing
from trailkeeper.alerts.alert import Alert
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.expected import ExpectedActor
from trailkeeper.rendering import email
from trailkeeper.rendering.wording import Reader
from trailkeeper.rights.heal import permissions
from trailkeeper.words.text import Severity

BOT = f"arn:aws:iam::{ACCOUNT}:user/deploy-bot"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ci/deploy"
PLAN = ExpectedActor(("PutBucketPolicy",), BOT, until="2026-12-31", reason="nightly deploy")
BY_TAGS = ExpectedActor(("PutBucketPolicy",), tags={"pipeline": "evidence"})
SESSION = {
    "type": "AssumedRole",
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/run-17",
    "sessionContext": {"sessionIssuer": {"arn": ROLE, "userName": "deploy"}},
}


def policy_call(name: str = "PutBucketPolicy", **detail: Any) -> dict[str, Any]:
    bucket = {"bucketName": BASELINE.log_bucket}
    return call(name, eventSource="s3.amazonaws.com", requestParameters=bucket, **detail)


def changed(bed: Bed, *entries: ExpectedActor, event: dict[str, Any] | None = None) -> Alert:
    """Somebody deletes the log bucket's policy; the alert of the call."""
    bed.settings = {"expected_actors": entries}
    bed.account.s3.delete_bucket_policy(Bucket=BASELINE.log_bucket)
    bed.handle(event or policy_call())
    return bed.alerts[0]


def mail(alert: Alert) -> email.Mail:
    """The mail, its lines joined."""
    rendered = email.render(alert, Reader())
    return email.Mail(rendered.subject, " ".join(rendered.body.split()))


def policy(bed: Bed) -> Any:
    return bed.account.s3.get_bucket_policy(Bucket=BASELINE.log_bucket)["Policy"]


def make_role(bed: Bed, **tags: str) -> None:
    bed.account.iam.create_role(
        RoleName="deploy",
        Path="/ci/",
        AssumeRolePolicyDocument="{}",
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )


def test_what_a_pipeline_does_as_planned_is_healed_and_told_as_information(bed: Bed) -> None:
    before = policy(bed)

    alert = changed(bed, PLAN)

    assert policy(bed) == before
    assert alert.severity is Severity.INFO
    assert mail(alert).subject.startswith("[Info] Log bucket policy changed, put back - deploy-bot")
    assert "The setting expected_actors lists this call as planned." in mail(alert).body
    assert 'Planned: "nightly deploy", until 2026-12-31' in mail(alert).body
    assert "IF THIS WAS NOT PLANNED" in mail(alert).body


@pytest.mark.parametrize(
    "entry",
    [
        ExpectedActor(("DeleteBucketPolicy",), BOT),
        ExpectedActor(("PutBucketPolicy",), ROLE),
        ExpectedActor(("PutBucketPolicy",), BOT, until="2026-11-19"),
        ExpectedActor(("PutBucketPolicy",)),
    ],
)
def test_what_no_entry_plans_is_as_loud_as_ever(bed: Bed, entry: ExpectedActor) -> None:
    alert = changed(bed, entry)

    assert alert.severity is Severity.WARNING
    assert "expected_actors" not in mail(alert).body


def test_the_clock_decides_about_the_last_day_and_not_the_event(bed: Bed) -> None:
    bed.now = datetime(2027, 1, 1, tzinfo=UTC)

    assert changed(bed, PLAN, event=policy_call(eventTime="2026-12-01T00:00:00Z")).severity is (
        Severity.WARNING
    )


@pytest.mark.parametrize("name", ["StopLogging", "DeleteTrail"])
def test_the_trail_is_never_stopped_or_deleted_as_planned(bed: Bed, name: str) -> None:
    every = ExpectedActor((name, "trail-stopped", "trail-deleted"), BOT)
    bed.settings = {"expected_actors": (every,)}
    bed.stop()

    bed.handle(call(name))

    assert bed.logging()
    assert {alert.severity for alert in bed.alerts} == {Severity.WARNING}


def test_a_trail_that_does_not_log_is_loud_whichever_call_was_planned(bed: Bed) -> None:
    bed.settings = {"expected_actors": (ExpectedActor(("trail-changed",), BOT),)}
    bed.stop()

    bed.handle(call("UpdateTrail"))

    assert bed.logging()
    assert Severity.INFO not in {alert.severity for alert in bed.alerts}


def test_what_could_not_be_put_right_is_critical_all_the_same(bed: Bed) -> None:
    bed.clients = Tampered(bed.account, "s3", "put_bucket_policy", failing("AccessDenied"))

    with pytest.raises(HealFailedError):
        changed(bed, PLAN)

    assert bed.alerts[0].severity is Severity.CRITICAL


def test_a_planned_call_that_is_refused_is_information(bed: Bed) -> None:
    bed.settings = {"expected_actors": (PLAN,)}

    bed.handle(policy_call(errorCode="AccessDenied", errorMessage="explicit deny"))
    bed.handle(policy_call("DeleteBucketPolicy", errorCode="AccessDenied"))

    assert [alert.severity for alert in bed.alerts] == [Severity.INFO, Severity.WARNING]
    assert 'Planned: "nightly deploy", until 2026-12-31' in mail(bed.alerts[0]).body


def test_a_role_is_known_by_its_tags_in_iam(bed: Bed) -> None:
    make_role(bed, pipeline="evidence", team="platform")

    assert changed(bed, BY_TAGS, event=policy_call(userIdentity=SESSION)).severity is Severity.INFO


def test_a_user_is_known_by_its_tags_in_iam(bed: Bed) -> None:
    tags = [{"Key": "pipeline", "Value": "evidence"}]
    bed.account.iam.create_user(UserName="deploy-bot", Tags=tags)

    assert changed(bed, BY_TAGS).severity is Severity.INFO


@pytest.mark.parametrize("tags", [{}, {"pipeline": "other"}, {"Pipeline": "evidence"}])
def test_other_tags_are_no_plan(bed: Bed, tags: dict[str, str]) -> None:
    make_role(bed, **tags)

    alert = changed(bed, BY_TAGS, event=policy_call(userIdentity=SESSION))

    assert alert.severity is Severity.WARNING


def test_when_the_tags_cannot_be_read_it_is_loud(bed: Bed) -> None:
    gone = policy_call(userIdentity=SESSION)

    alert = changed(bed, BY_TAGS, event=gone)

    assert alert.severity is Severity.WARNING


def test_the_tags_of_another_account_are_not_asked_for(bed: Bed) -> None:
    make_role(bed, pipeline="evidence")
    arn = "arn:aws:iam::999999999999:role/ci/deploy"
    foreign = {**SESSION, "sessionContext": {"sessionIssuer": {"arn": arn, "userName": "deploy"}}}

    alert = changed(bed, BY_TAGS, event=policy_call(userIdentity=foreign))

    assert alert.severity is Severity.WARNING


@pytest.mark.parametrize(("entry", "asked"), [(PLAN, False), (BY_TAGS, True)])
def test_only_entries_by_tags_need_the_right_to_read_tags(
    entry: ExpectedActor, asked: bool
) -> None:
    environ = HealEnviron(BASELINE, "queue", expected_actors=(entry,))

    actions = {action for each in permissions(environ) for action in each.actions}

    assert ("iam:ListRoleTags" in actions) is asked


def test_what_the_schedule_finds_beside_a_planned_change_is_not_planned(bed: Bed) -> None:
    bed.account.s3.delete_public_access_block(Bucket=BASELINE.log_bucket)

    changed(bed, PLAN)

    assert [(each.detection, each.severity) for each in bed.alerts] == [
        ("log-bucket-policy-changed", Severity.INFO),
        ("drift-found", Severity.WARNING),
    ]
