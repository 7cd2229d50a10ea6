"""Every way to weaken the evidence in a moto account ends with the baseline restored."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE, NOW, Account, deploy, patience, refused
from tests.tampered import Tampered, failing
from trailkeeper.evidence import documents
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import LOG_GROUP
from trailkeeper.evidence.outcome import Report, Result
from trailkeeper.guards import EVIDENCE
from trailkeeper.reconcile.evidence import reconcile_evidence

Attack = Callable[[Account, Baseline], object]


def reconcile(account: Any, baseline: Baseline = BASELINE, **options: Any) -> Report:
    options.setdefault("patience", patience())
    options.setdefault("now", lambda: NOW)
    return reconcile_evidence(account, baseline, **options)


def trail(baseline: Baseline) -> str:
    return baseline.names.trail_arn


def bucket(baseline: Baseline) -> dict[str, str]:
    return {"Bucket": baseline.log_bucket}


ATTACKS: dict[str, Attack] = {
    "stopped": lambda a, b: a.cloudtrail.stop_logging(Name=trail(b)),
    "deleted": lambda a, b: a.cloudtrail.delete_trail(Name=b.trail_name),
    "deleted and created by a stranger": lambda a, b: (
        a.cloudtrail.delete_trail(Name=b.trail_name),
        a.cloudtrail.create_trail(Name=b.trail_name, S3BucketName=b.names.access_bucket),
        a.cloudtrail.start_logging(Name=trail(b)),
    ),
    "bucket swapped": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b), S3BucketName=b.names.access_bucket
    ),
    "prefix swapped": lambda a, b: a.cloudtrail.update_trail(Name=trail(b), S3KeyPrefix="x"),
    "single region": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b), IsMultiRegionTrail=False
    ),
    "global events off": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b), IncludeGlobalServiceEvents=False
    ),
    "validation off": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b), EnableLogFileValidation=False
    ),
    "log group link swapped": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b),
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:us-east-1:{b.account}:log-group:other:*",
        CloudWatchLogsRoleArn=f"arn:aws:iam::{b.account}:role/other",
    ),
    "log group alone swapped": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b),
        CloudWatchLogsLogGroupArn=f"arn:aws:logs:us-east-1:{b.account}:log-group:other:*",
        CloudWatchLogsRoleArn=b.names.delivery_role_arn,
    ),
    "delivery role alone swapped": lambda a, b: a.cloudtrail.update_trail(
        Name=trail(b),
        CloudWatchLogsLogGroupArn=f"{b.names.log_group_arn}:*",
        CloudWatchLogsRoleArn=f"arn:aws:iam::{b.account}:role/other",
    ),
    "events of the bucket kept from EventBridge": lambda a, b: (
        a.s3.put_bucket_notification_configuration(**bucket(b), NotificationConfiguration={})
    ),
    "requester pays": lambda a, b: a.s3.put_bucket_request_payment(
        **bucket(b), RequestPaymentConfiguration={"Payer": "Requester"}
    ),
    "management events off": lambda a, b: a.cloudtrail.put_event_selectors(
        TrailName=trail(b),
        EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": False}],
    ),
    "reads only": lambda a, b: a.cloudtrail.put_event_selectors(
        TrailName=trail(b),
        EventSelectors=[{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}],
    ),
    "writes only": lambda a, b: a.cloudtrail.put_event_selectors(
        TrailName=trail(b),
        EventSelectors=[{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}],
    ),
    "a source excluded": lambda a, b: a.cloudtrail.put_event_selectors(
        TrailName=trail(b),
        EventSelectors=[
            {
                "ReadWriteType": "All",
                "IncludeManagementEvents": True,
                "ExcludeManagementEventSources": ["kms.amazonaws.com"],
            }
        ],
    ),
    "data events under an innocent name": lambda a, b: a.cloudtrail.put_event_selectors(
        TrailName=trail(b),
        AdvancedEventSelectors=[
            {
                "Name": "Management events selector",
                "FieldSelectors": [
                    {"Field": "eventCategory", "Equals": ["Data"]},
                    {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                ],
            }
        ],
    ),
    "event configuration": lambda a, b: a.cloudtrail.put_event_configuration(
        TrailName=trail(b), MaxEventSize="Large"
    ),
    "bucket policy deleted": lambda a, b: a.s3.delete_bucket_policy(**bucket(b)),
    "bucket policy widened": lambda a, b: a.s3.put_bucket_policy(
        **bucket(b), Policy=json.dumps(_widened(documents.log_bucket_policy(b)))
    ),
    "public access block off": lambda a, b: a.s3.delete_public_access_block(**bucket(b)),
    "life cycle of one day": lambda a, b: a.s3.put_bucket_lifecycle_configuration(
        **bucket(b),
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "innocent",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "Expiration": {"Days": 1},
                }
            ]
        },
    ),
    "life cycle removed": lambda a, b: a.s3.delete_bucket_lifecycle(**bucket(b)),
    "versioning suspended": lambda a, b: a.s3.put_bucket_versioning(
        **bucket(b), VersioningConfiguration={"Status": "Suspended"}
    ),
    "encryption removed": lambda a, b: a.s3.delete_bucket_encryption(**bucket(b)),
    "ownership given up": lambda a, b: a.s3.put_bucket_ownership_controls(
        **bucket(b), OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    ),
    "access logging off": lambda a, b: a.s3.put_bucket_logging(**bucket(b), BucketLoggingStatus={}),
    "bucket deleted": lambda a, b: a.s3.delete_bucket(**bucket(b)),
    "log group deleted": lambda a, b: a.logs.delete_log_group(logGroupName=LOG_GROUP),
    "retention shortened": lambda a, b: a.logs.put_retention_policy(
        logGroupName=LOG_GROUP, retentionInDays=1
    ),
    "deletion protection off": lambda a, b: a.logs.put_log_group_deletion_protection(
        logGroupIdentifier=LOG_GROUP, deletionProtectionEnabled=False
    ),
    "events masked": lambda a, b: a.logs.put_data_protection_policy(
        logGroupIdentifier=LOG_GROUP, policyDocument="{}"
    ),
    "metric filter deleted": lambda a, b: a.logs.delete_metric_filter(
        logGroupName=LOG_GROUP, filterName="trail-changes"
    ),
    "delivery role's policy gone": lambda a, b: a.iam.delete_role_policy(
        RoleName=b.names.delivery_role, PolicyName="deliver"
    ),
    "a deny added to the delivery role": lambda a, b: a.iam.put_role_policy(
        RoleName=b.names.delivery_role, PolicyName="x", PolicyDocument=json.dumps(DENY)
    ),
    "trust of the delivery role changed": lambda a, b: a.iam.update_assume_role_policy(
        RoleName=b.names.delivery_role,
        PolicyDocument=json.dumps(STRANGERS_TRUST),
    ),
    "delivery role deleted": lambda a, b: (
        a.iam.delete_role_policy(RoleName=b.names.delivery_role, PolicyName="deliver"),
        a.iam.delete_role(RoleName=b.names.delivery_role),
    ),
    "everything at once": lambda a, b: (
        a.cloudtrail.stop_logging(Name=trail(b)),
        a.s3.delete_bucket_policy(**bucket(b)),
        a.s3.delete_bucket_lifecycle(**bucket(b)),
        a.cloudtrail.update_trail(Name=trail(b), IsMultiRegionTrail=False),
    ),
}
DENY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "logs:*", "Resource": "*"}],
}
STRANGERS_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
KEY_ATTACKS: dict[str, Attack] = {
    "disabled": lambda a, b: a.kms.disable_key(KeyId=b.evidence_key_arn),
    "deletion scheduled": lambda a, b: a.kms.schedule_key_deletion(KeyId=b.evidence_key_arn),
    "policy changed": lambda a, b: a.kms.put_key_policy(
        KeyId=b.evidence_key_arn,
        PolicyName="default",
        Policy=json.dumps(_without_cloudtrail(documents.evidence_key_policy(b))),
    ),
    "rotation off": lambda a, b: a.kms.disable_key_rotation(KeyId=b.evidence_key_arn),
    "removed from the trail": lambda a, b: a.cloudtrail.update_trail(Name=trail(b), KmsKeyId=""),
    "removed from the bucket": lambda a, b: a.s3.delete_bucket_encryption(**bucket(b)),
}


def _widened(policy: dict[str, Any]) -> dict[str, Any]:
    everybody = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": policy["Statement"][0]["Resource"][1],
    }
    return {**policy, "Statement": [*policy["Statement"], everybody]}


def _without_cloudtrail(policy: dict[str, Any]) -> dict[str, Any]:
    return {**policy, "Statement": policy["Statement"][:1]}


def assert_in_order(account: Account, baseline: Baseline) -> None:
    account.writes.clear()
    again = reconcile(account, baseline)
    assert again.outcomes == ()
    assert account.writes == []


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_attack_is_healed_and_healing_twice_writes_once(account: Account, attack: Attack) -> None:
    baseline = deploy(account)
    attack(account, baseline)

    report = reconcile(account, baseline)

    assert report.healed
    assert not report.failed
    assert_in_order(account, baseline)


@pytest.mark.parametrize("attack", KEY_ATTACKS.values(), ids=KEY_ATTACKS.keys())
def test_attack_on_the_key_is_healed(account: Account, attack: Attack) -> None:
    baseline = deploy(account, replace(BASELINE, evidence_key_arn="new"))
    attack(account, baseline)

    report = reconcile(account, baseline)

    assert report.healed
    assert not report.failed
    assert_in_order(account, baseline)


def test_no_drift_costs_only_reads_at_most_one_per_document(account: Account) -> None:
    baseline = deploy(account, replace(BASELINE, evidence_key_arn="new"))

    report = reconcile(account, baseline)

    guarded = sum(document.applies(baseline) for guard in EVIDENCE for document in guard.documents)
    unnoted = {"get_event_configuration", "get_data_protection_policy"}  # answered beside moto
    listed_first = 2  # the policies of the role, and the version of its boundary
    assert report.found_nothing
    assert account.writes == []
    assert len(account.calls) <= 1 + guarded - len(unnoted) + listed_first


def test_logging_starts_before_anything_else_is_read(account: Account) -> None:
    baseline = deploy(account)
    account.cloudtrail.stop_logging(Name=trail(baseline))
    account.calls.clear()

    reconcile(account, baseline)

    assert account.calls[:2] == ["GetTrailStatus", "StartLogging"]


def test_the_gap_is_measured_from_the_stop_to_the_start(account: Account) -> None:
    baseline = deploy(account)
    account.cloudtrail.stop_logging(Name=trail(baseline))

    report = reconcile(account, baseline)

    assert report.gap is not None
    assert report.gap.seconds is not None
    assert report.gap.seconds < 5


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


def stopped(account: Account) -> Baseline:
    baseline = deploy(account)
    account.cloudtrail.stop_logging(Name=trail(baseline))
    return baseline


def test_throttled_start_is_tried_until_it_works(account: Account) -> None:
    baseline = stopped(account)
    throttled = failing("ThrottlingException", 6)

    report = reconcile(Tampered(account, "cloudtrail", "start_logging", throttled), baseline)

    assert [each.result for each in report.outcomes] == [Result.HEALED]


def test_throttling_past_the_budget_is_a_failure_and_the_other_guards_still_run(
    account: Account,
) -> None:
    baseline = stopped(account)
    account.s3.delete_bucket_policy(**bucket(baseline))
    throttled = failing("ThrottlingException")

    report = reconcile(
        Tampered(account, "cloudtrail", "start_logging", throttled),
        baseline,
        patience=patience(10),
    )

    assert [each.error.split(":")[0] for each in report.failed] == ["ThrottlingException"]
    policy = account.s3.get_bucket_policy(**bucket(baseline))["Policy"]
    assert json.loads(policy) == documents.log_bucket_policy(baseline)


@pytest.mark.parametrize("code", ["AccessDeniedException", "InvalidHomeRegionException"])
def test_refused_start_is_a_failure_with_the_reason(account: Account, code: str) -> None:
    baseline = stopped(account)

    report = reconcile(Tampered(account, "cloudtrail", "start_logging", failing(code)), baseline)

    assert [(each.result, each.error.split(":")[0]) for each in report.failed] == [
        (Result.FAILED, code)
    ]


def test_status_that_may_not_be_read_keeps_no_trail_dark(account: Account) -> None:
    baseline = stopped(account)
    clients = Tampered(account, "cloudtrail", "get_trail_status", failing("AccessDenied"))

    report = reconcile(clients, baseline)

    assert account.cloudtrail.get_trail_status(Name=trail(baseline))["IsLogging"]
    assert [each.result for each in report.of("logging")] == [Result.UNREADABLE]


def test_status_that_may_not_be_read_is_said_once_however_often_it_is_read(
    account: Account,
) -> None:
    baseline = deploy(account)
    account.s3.delete_bucket_policy(**bucket(baseline))
    clients = Tampered(account, "cloudtrail", "get_trail_status", failing("AccessDenied"))

    report = reconcile(clients, baseline)

    assert [each.result for each in report.of("logging")] == [Result.UNREADABLE]


def test_trail_that_vanishes_while_it_is_healed_is_made_again(account: Account) -> None:
    baseline = stopped(account)
    attacks = [1]

    def vanish_once(real: Any, arguments: Any) -> Any:
        if attacks:
            attacks.pop()
            account.cloudtrail.delete_trail(Name=baseline.trail_name)
            raise refused("TrailNotFoundException")
        return real(**arguments)

    report = reconcile(Tampered(account, "cloudtrail", "start_logging", vanish_once), baseline)

    assert not report.failed
    assert_in_order(account, baseline)


def test_crash_between_creating_and_starting_is_mended_by_the_next_run(account: Account) -> None:
    baseline = deploy(account)
    account.cloudtrail.delete_trail(Name=baseline.trail_name)

    class Crash(BaseException):
        pass

    def crash(*_: Any) -> Any:
        raise Crash

    with pytest.raises(Crash):
        reconcile(Tampered(account, "cloudtrail", "start_logging", crash), baseline)
    assert not account.cloudtrail.get_trail_status(Name=trail(baseline))["IsLogging"]

    reconcile(account, baseline)

    assert_in_order(account, baseline)


def test_read_back_that_lies_for_a_second_is_waited_for(account: Account) -> None:
    baseline = stopped(account)
    lies = [account.cloudtrail.get_trail_status(Name=trail(baseline))] * 4

    def lie(real: Any, arguments: Any) -> Any:
        return lies.pop() if lies else real(**arguments)

    report = reconcile(Tampered(account, "cloudtrail", "get_trail_status", lie), baseline)

    assert [each.result for each in report.outcomes] == [Result.HEALED]


def test_repair_that_never_shows_is_never_called_healed(account: Account) -> None:
    baseline = stopped(account)
    lie = account.cloudtrail.get_trail_status(Name=trail(baseline))

    report = reconcile(
        Tampered(account, "cloudtrail", "get_trail_status", lambda *_: lie), baseline
    )

    assert not report.healed
    assert {each.reason for each in report.failed} == {"not_seen_after_repair"}


def test_status_older_than_the_stop_is_not_believed(account: Account) -> None:
    baseline = deploy(account)
    believed = account.cloudtrail.get_trail_status(Name=trail(baseline))
    account.cloudtrail.stop_logging(Name=trail(baseline))
    lies = [believed] * 2

    def lie(real: Any, arguments: Any) -> Any:
        return lies.pop() if lies else real(**arguments)

    report = reconcile(
        Tampered(account, "cloudtrail", "get_trail_status", lie),
        baseline,
        stopped_at=believed["StartLoggingTime"] + timedelta(minutes=1),
        now=lambda: believed["StartLoggingTime"] + timedelta(minutes=2),
    )

    assert [each.result for each in report.outcomes] == [Result.HEALED]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        # a second after it was started, which nobody can tell from a stop that is not seen yet
        (timedelta(seconds=1), 1.5),
        (timedelta(days=3650), 0.0),
        (-timedelta(days=1), 0.0),
        (timedelta(minutes=30), 0.0),
    ],
)
def test_a_stop_that_is_made_up_holds_the_function_for_a_moment_at_most(
    account: Account, said: timedelta, seconds: float
) -> None:
    baseline = deploy(account)
    status = account.cloudtrail.get_trail_status(Name=trail(baseline))
    started = status["StartLoggingTime"]
    slept: list[float] = []
    waiting = replace(patience(), sleep=slept.append)

    report = reconcile(
        account,
        baseline,
        stopped_at=started + said,
        now=lambda: started + timedelta(minutes=1),
        patience=waiting,
    )

    assert report.found_nothing
    assert sum(slept) == pytest.approx(seconds)


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
