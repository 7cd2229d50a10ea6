"""What a reconcile heals, tells, holds back and leaves alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE, NOW, Account, deploy, refused
from tests.reconcile.evidence_bed import (
    bucket,
    reconcile,
    stopped,
    trail,
)
from tests.tampered import Tampered, failing
from trailkeeper.evidence import documents
from trailkeeper.evidence.names import LOG_GROUP
from trailkeeper.evidence.outcome import Result
from trailkeeper.guards.evidence import EVIDENCE


def test_no_drift_costs_only_reads_at_most_one_per_document(account: Account) -> None:
    baseline = deploy(account, replace(BASELINE, evidence_key_arn="new"))

    report = reconcile(account, baseline)

    guarded = sum(document.applies(baseline) for guard in EVIDENCE for document in guard.documents)
    unnoted = {"get_event_configuration", "get_data_protection_policy"}  # answered beside moto
    listed_first = 2  # the policies of the role, and the version of its boundary
    assert report.found_nothing
    assert account.writes == []
    assert len(account.calls) <= 1 + guarded - len(unnoted) + listed_first


def test_replication_to_elsewhere_is_told_not_touched(account: Account) -> None:
    baseline = deploy(account)
    account.s3.create_bucket(Bucket="stranger")
    account.s3.put_bucket_versioning(
        Bucket="stranger", VersioningConfiguration={"Status": "Enabled"}
    )
    account.s3.put_bucket_replication(
        **bucket(baseline),
        ReplicationConfiguration={
            "Role": f"arn:aws:iam::{baseline.account}:role/r",
            "Rules": [
                {
                    "Status": "Enabled",
                    "Prefix": "",
                    "Destination": {"Bucket": "arn:aws:s3:::stranger"},
                }
            ],
        },
    )
    account.writes.clear()

    report = reconcile(account, baseline)

    assert [(each.document, each.result) for each in report.outcomes] == [
        ("replication", Result.TOLD)
    ]
    assert account.writes == []


def test_a_document_that_cannot_be_read_is_told_and_the_rest_is_still_healed(
    account: Account,
) -> None:
    baseline = deploy(account)
    account.s3.delete_public_access_block(**bucket(baseline))
    clients = Tampered(account, "s3", "get_bucket_policy", failing("AccessDenied"))

    report = reconcile(clients, baseline)

    assert {each.document: each.result for each in report.outcomes} == {
        "policy": Result.UNREADABLE,
        "public-access-block": Result.HEALED,
    }


def test_bucket_name_taken_by_a_stranger_moves_delivery_to_the_fallback(
    account: Account,
) -> None:
    baseline = deploy(account)
    account.s3.delete_bucket(**bucket(baseline))

    def taken(real: Any, arguments: Any) -> Any:
        if arguments["Bucket"] == baseline.names.log_bucket:
            raise refused("BucketAlreadyExists")
        return real(**arguments)

    report = reconcile(Tampered(account, "s3", "create_bucket", taken), baseline)

    described = account.cloudtrail.describe_trails()["trailList"][0]
    assert described["S3BucketName"] == baseline.names.fallback_bucket
    assert "bucket_taken" in {each.reason for each in report.failed}
    policy = account.s3.get_bucket_policy(Bucket=baseline.names.fallback_bucket)["Policy"]
    assert json.loads(policy) == documents.log_bucket_policy(baseline.on_fallback())


def test_key_that_cannot_be_healed_in_two_runs_is_given_up_rather_than_logging(
    account: Account,
) -> None:
    baseline = deploy(account, replace(BASELINE, evidence_key_arn="new"))
    account.kms.disable_key(KeyId=baseline.evidence_key_arn)
    clients = Tampered(account, "kms", "enable_key", failing("AccessDeniedException"))

    once = reconcile(clients, baseline)

    described = account.cloudtrail.describe_trails()["trailList"][0]
    assert described["KmsKeyId"] == baseline.evidence_key_arn
    assert [(each.key, each.result) for each in once.outcomes] == [
        ("evidence-key.state", Result.FAILED)
    ]

    report = reconcile(clients, baseline, before=lambda: once)

    described = account.cloudtrail.describe_trails()["trailList"][0]
    assert not described.get("KmsKeyId")
    assert "key_given_up" in {each.reason for each in report.outcomes}

    reconcile(account, baseline, before=lambda: report)

    described = account.cloudtrail.describe_trails()["trailList"][0]
    assert described["KmsKeyId"] == baseline.evidence_key_arn


def test_key_that_merely_cannot_be_read_is_kept(account: Account) -> None:
    baseline = deploy(account, replace(BASELINE, evidence_key_arn="new"))
    clients = Tampered(account, "kms", "describe_key", failing("AccessDeniedException"))

    reconcile(clients, baseline)

    described = account.cloudtrail.describe_trails()["trailList"][0]
    assert described["KmsKeyId"] == baseline.evidence_key_arn


def test_held_repairs_wait_but_logging_does_not(account: Account) -> None:
    baseline = stopped(account)
    account.s3.delete_bucket_policy(**bucket(baseline))

    report = reconcile(account, baseline, wait=lambda: "paused")

    assert {each.guard: each.result for each in report.outcomes} == {
        "logging": Result.HEALED,
        "log-bucket": Result.DEFERRED,
    }


def test_dry_run_writes_nothing(account: Account) -> None:
    baseline = stopped(account)
    account.s3.delete_bucket_policy(**bucket(baseline))
    account.writes.clear()

    report = reconcile(account, baseline, dry_run=True)

    assert {each.result for each in report.outcomes} == {Result.DEFERRED}
    assert account.writes == []


def test_logs_that_do_not_arrive_are_told(account: Account) -> None:
    baseline = deploy(account)
    status = account.cloudtrail.get_trail_status(Name=trail(baseline))
    status |= {
        "StartLoggingTime": NOW - timedelta(hours=2),
        "LatestDeliveryTime": NOW - timedelta(hours=1),
        "LatestDeliveryError": "AccessDenied",
    }

    report = reconcile(
        Tampered(account, "cloudtrail", "get_trail_status", lambda *_: status), baseline
    )

    assert [each.reason for each in report.outcomes] == ["delivery_broken"]


@pytest.mark.parametrize("code", ["UnsupportedOperationException", "UnknownOperationException"])
@pytest.mark.parametrize("call", ["get_event_configuration", "get_insight_selectors"])
def test_what_a_partition_does_not_have_is_no_drift(account: Account, call: str, code: str) -> None:
    baseline = deploy(account)
    clients = Tampered(account, "cloudtrail", call, failing(code))

    assert reconcile(clients, baseline).found_nothing


def test_events_go_to_eventbridge_again_and_other_destinations_are_left(account: Account) -> None:
    baseline = deploy(account)
    account.sns.create_topic(Name="siem")
    topic = {
        "Id": "siem",
        "TopicArn": f"arn:aws:sns:us-east-1:{baseline.account}:siem",
        "Events": ["s3:ObjectCreated:*"],
    }
    account.s3.put_bucket_notification_configuration(
        **bucket(baseline), NotificationConfiguration={"TopicConfigurations": [topic]}
    )

    reconcile(account, baseline)

    answer = account.s3.get_bucket_notification_configuration(**bucket(baseline))
    assert answer["EventBridgeConfiguration"] == {}
    assert [each["TopicArn"] for each in answer["TopicConfigurations"]] == [topic["TopicArn"]]
    account.writes.clear()
    [left] = reconcile(account, baseline).outcomes
    assert (left.document, left.result) == ("notification", Result.TOLD)
    assert {each.path for each in left.changes} == {"TopicConfigurations"}
    assert account.writes == []


def test_a_metric_filter_without_a_unit_may_be_spelled_none(account: Account) -> None:
    deploy(account)

    def spelled(real: Any, arguments: Any) -> Any:
        answer = real(**arguments)
        answer["metricFilters"][0]["metricTransformations"][0]["unit"] = "None"
        return answer

    assert reconcile(Tampered(account, "logs", "describe_metric_filters", spelled)).in_order


@pytest.mark.parametrize(
    ("field", "value"),
    [("applyOnTransformedLogs", True), ("fieldSelectionCriteria", '@aws.account = "1"')],
)
def test_a_metric_filter_that_looks_at_less_is_drift(
    account: Account, field: str, value: Any
) -> None:
    deploy(account)

    def narrowed(real: Any, arguments: Any) -> Any:
        answer = real(**arguments)
        answer["metricFilters"][0][field] = value
        return answer

    report = reconcile(Tampered(account, "logs", "describe_metric_filters", narrowed))

    [outcome] = report.outcomes
    assert outcome.document == "metric-filters"


def test_what_is_made_again_has_the_tags_of_the_settings(account: Account) -> None:
    baseline = deploy(account, replace(BASELINE, tags=(("team", "security"), ("cost", "audit"))))
    wanted = {"team": "security", "cost": "audit"}
    role = {"RoleName": baseline.names.delivery_role}
    account.cloudtrail.delete_trail(Name=baseline.trail_name)
    account.s3.delete_bucket(**bucket(baseline))
    account.logs.delete_log_group(logGroupName=LOG_GROUP)
    account.iam.delete_role_policy(**role, PolicyName="deliver")
    account.iam.delete_role(**role)

    assert not reconcile(account, baseline).failed

    def pairs(tags: Any) -> dict[str, str]:
        return {each["Key"]: each["Value"] for each in tags}

    trails = account.cloudtrail.list_tags(ResourceIdList=[trail(baseline)])["ResourceTagList"]
    assert pairs(trails[0]["TagsList"]) == wanted
    assert pairs(account.s3.get_bucket_tagging(**bucket(baseline))["TagSet"]) == wanted
    assert account.logs.list_tags_log_group(logGroupName=LOG_GROUP)["tags"] == wanted
    assert pairs(account.iam.list_role_tags(**role)["Tags"]) == wanted


def test_what_a_policy_of_the_account_does_to_the_log_group_is_told(account: Account) -> None:
    baseline = deploy(account)

    def masked(real: Any, arguments: Any) -> Any:
        answer = real(**arguments)
        answer["logGroups"][0]["inheritedProperties"] = ["ACCOUNT_DATA_PROTECTION"]
        return answer

    report = reconcile(Tampered(account, "logs", "describe_log_groups", masked), baseline)

    assert [(each.document, each.result) for each in report.outcomes] == [("settings", Result.TOLD)]


def test_an_unknown_new_setting_that_is_on_is_drift(account: Account) -> None:
    baseline = deploy(account)

    def with_news(real: Any, arguments: Any) -> Any:
        answer = real(**arguments)
        answer["trailList"][0]["ForgetEverything"] = True
        return answer

    report = reconcile(Tampered(account, "cloudtrail", "describe_trails", with_news), baseline)

    assert [(each.result, each.changes[0].path) for each in report.outcomes] == [
        (Result.TOLD, "ForgetEverything")
    ]


STRANGERS = "arn:aws:kms:us-east-1:999999999999:key/0e1d6c8a-1111-2222-3333-444455556666"


@pytest.mark.parametrize("attack", [None, "delete_trail"])
def test_a_key_of_another_account_is_never_used(account: Account, attack: str | None) -> None:
    """Whoever may write the parameter could else have the next deploy encrypt with it."""
    baseline = deploy(account, replace(BASELINE, evidence_key_arn="new"))
    if attack:
        account.cloudtrail.delete_trail(Name="trailkeeper")
    account.writes.clear()

    report = reconcile(account, replace(baseline, evidence_key_arn=STRANGERS))

    (trail,) = account.cloudtrail.describe_trails()["trailList"]
    kept = None if attack else baseline.evidence_key_arn
    assert trail.get("KmsKeyId") == kept
    assert "key_not_ours" in {each.reason for each in report.outcomes}
    encryption = account.s3.get_bucket_encryption(**bucket(baseline))
    assert STRANGERS not in str(encryption)
    assert not report.failed


def test_the_time_in_the_dark_is_known_though_more_was_put_right(account: Account) -> None:
    baseline = stopped(account)
    account.s3.delete_bucket_policy(**bucket(baseline))

    report = reconcile(account, baseline)

    assert {each.key for each in report.healed} == {"logging.status", "log-bucket.policy"}
    assert report.gap is not None
