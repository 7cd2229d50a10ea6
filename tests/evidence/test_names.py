"""The names that deployed accounts, dashboards and people's own scripts hold on to."""

from __future__ import annotations

import pytest

from trailkeeper.evidence import defaults, metrics, names
from trailkeeper.evidence.iam_names import IamName
from trailkeeper.evidence.names import Names

OURS = Names("aws-cn", "cn-north-1", "111122223333", "audit")
HERE = "cn-north-1:111122223333"

CONSTANTS = {
    "PREFIX": "trailkeeper-",
    "STACK_PREFIX": "Trailkeeper",
    "EVIDENCE_STACK": "TrailkeeperEvidence",
    "RESPONSE_STACK": "TrailkeeperResponse",
    "SEARCH_STACK": "TrailkeeperSearch",
    "ACCOUNT_STACK": "TrailkeeperAccount",
    "SATELLITE_STACK": "TrailkeeperSatellite-",
    "EVIDENCE_KEY_ALIAS": "alias/trailkeeper-evidence",
    "KEY_ALIASES": "alias/trailkeeper-*",
    "EVIDENCE_KEY_PARAMETER": "/trailkeeper/evidence-key-arn",
    "LOG_GROUP": "/trailkeeper/trail",
    "STREAM_FILTER": "trailkeeper-stream",
    "HEAL_FUNCTION": "trailkeeper-heal",
    "ALERT_FUNCTION": "trailkeeper-alert",
    "DELIVERIES_FUNCTION": "trailkeeper-deliveries",
    "LIVE": "live",
    "ALERTS_TOPIC": "trailkeeper-alerts",
    "ALARMS_TOPIC": "trailkeeper-alarms",
    "CHAT_TOPIC": "trailkeeper-chat",
    "BILLING_TOPIC": "trailkeeper-billing",
    "ALERTS_QUEUE": "trailkeeper-alerts",
    "ALERTS_DEAD_QUEUE": "trailkeeper-alerts-dead",
    "HEAL_DEAD_QUEUE": "trailkeeper-heal-dead",
    "DELIVERIES_DEAD_QUEUE": "trailkeeper-deliveries-dead",
    "STATE_TABLE": "trailkeeper-state",
    "SCHEDULE": "trailkeeper-reconcile",
    "SWEEP_SCHEDULE": "trailkeeper-sweep",
    "LOOKS_SILENT": "trailkeeper-looks-silent",
    "SWEEPS_SILENT": "trailkeeper-sweeps-silent",
    "DELIVERIES_SILENT": "trailkeeper-deliveries-silent",
    "BILLING_ALARM": "trailkeeper-billing",
    "WORK_GROUP": "trailkeeper",
    "DATABASE": "trailkeeper",
    "QUERY_FOLDER": "Trailkeeper",
    "DASHBOARD": "Trailkeeper",
}
DERIVED = {
    "trail_arn": f"arn:aws-cn:cloudtrail:{HERE}:trail/audit",
    "log_bucket": "trailkeeper-logs-111122223333-cn-north-1",
    "log_bucket_arn": "arn:aws-cn:s3:::trailkeeper-logs-111122223333-cn-north-1",
    "fallback_bucket": "trailkeeper-fallback-111122223333-cn-north-1",
    "fallback_bucket_arn": "arn:aws-cn:s3:::trailkeeper-fallback-111122223333-cn-north-1",
    "results_bucket": "trailkeeper-results-111122223333-cn-north-1",
    "results_bucket_arn": "arn:aws-cn:s3:::trailkeeper-results-111122223333-cn-north-1",
    "access_bucket": "trailkeeper-access-111122223333-cn-north-1",
    "access_bucket_arn": "arn:aws-cn:s3:::trailkeeper-access-111122223333-cn-north-1",
    "log_group_arn": f"arn:aws-cn:logs:{HERE}:log-group:/trailkeeper/trail",
    "delivery_role": "trailkeeper-delivery-cn-north-1",
    "delivery_role_arn": "arn:aws-cn:iam::111122223333:role/trailkeeper-delivery-cn-north-1",
    "delivery_boundary": "trailkeeper-delivery-boundary-cn-north-1",
    "delivery_boundary_arn": (
        "arn:aws-cn:iam::111122223333:policy/trailkeeper-delivery-boundary-cn-north-1"
    ),
    "deliveries_role": "trailkeeper-deliveries-cn-north-1",
    "deliveries_role_arn": "arn:aws-cn:iam::111122223333:role/trailkeeper-deliveries-cn-north-1",
    "deliveries_dead_queue_arn": f"arn:aws-cn:sqs:{HERE}:trailkeeper-deliveries-dead",
    "stream_role": "trailkeeper-stream-cn-north-1",
    "heal_role": "trailkeeper-heal-cn-north-1",
    "heal_role_arn": "arn:aws-cn:iam::111122223333:role/trailkeeper-heal-cn-north-1",
    "alert_role": "trailkeeper-alert-cn-north-1",
    "alert_role_arn": "arn:aws-cn:iam::111122223333:role/trailkeeper-alert-cn-north-1",
    "role_arns": (
        "arn:aws-cn:iam::111122223333:role/trailkeeper-heal-cn-north-1",
        "arn:aws-cn:iam::111122223333:role/trailkeeper-alert-cn-north-1",
        "arn:aws-cn:iam::111122223333:role/trailkeeper-delivery-cn-north-1",
    ),
    "administrators": "trailkeeper-administrators-cn-north-1",
    "readers": "trailkeeper-readers-cn-north-1",
    "heal_function_arn": f"arn:aws-cn:lambda:{HERE}:function:trailkeeper-heal:live",
    "alert_function_arn": f"arn:aws-cn:lambda:{HERE}:function:trailkeeper-alert:live",
    "alerts_topic_arn": f"arn:aws-cn:sns:{HERE}:trailkeeper-alerts",
    "alarms_topic_arn": f"arn:aws-cn:sns:{HERE}:trailkeeper-alarms",
    "chat_topic_arn": f"arn:aws-cn:sns:{HERE}:trailkeeper-chat",
    "alerts_queue_arn": f"arn:aws-cn:sqs:{HERE}:trailkeeper-alerts",
    "alerts_dead_queue_arn": f"arn:aws-cn:sqs:{HERE}:trailkeeper-alerts-dead",
    "heal_dead_queue_arn": f"arn:aws-cn:sqs:{HERE}:trailkeeper-heal-dead",
    "bus_arn": f"arn:aws-cn:events:{HERE}:event-bus/default",
    "state_table_arn": f"arn:aws-cn:dynamodb:{HERE}:table/trailkeeper-state",
    "stack_arns": (
        f"arn:aws-cn:cloudformation:{HERE}:stack/TrailkeeperEvidence/*",
        f"arn:aws-cn:cloudformation:{HERE}:stack/TrailkeeperResponse/*",
    ),
}
ELSEWHERE = "cn-northwest-1:111122223333"


def test_the_names_are_those_that_are_deployed() -> None:
    assert {name: getattr(names, name) for name in dir(names) if name.isupper()} == CONSTANTS


def test_what_follows_from_a_deployment() -> None:
    kinds = vars(Names).items()
    derived = {name: getattr(OURS, name) for name, kind in kinds if isinstance(kind, property)}

    assert derived == DERIVED


def test_what_is_in_another_region() -> None:
    there = "cn-northwest-1"

    assert OURS.billing_topic_arn(there) == f"arn:aws-cn:sns:{ELSEWHERE}:trailkeeper-billing"
    assert OURS.billing_alarm_arn(there) == (
        f"arn:aws-cn:cloudwatch:{ELSEWHERE}:alarm:trailkeeper-billing"
    )
    assert OURS.satellite_role(there) == "trailkeeper-satellite-cn-northwest-1"
    assert OURS.in_region(there) == Names("aws-cn", there, "111122223333", "audit")


@pytest.mark.parametrize(
    ("metric", "name", "dimension", "function"),
    [
        (metrics.LOOK_SUCCEEDED, "LookSucceeded", "Function", "trailkeeper-heal"),
        (metrics.SWEEP_SUCCEEDED, "SweepSucceeded", "Function", "trailkeeper-heal"),
        (metrics.RENDER_FAILED, "RenderFailed", "service", "trailkeeper-alert"),
        (metrics.STATE_UNREACHABLE, "StateUnreachable", "service", "trailkeeper-alert"),
        (metrics.RECORDS_DELIVERED, "RecordsDelivered", "Function", "trailkeeper-deliveries"),
        (metrics.CHANNEL_FAILED, "ChannelFailed", "service", "trailkeeper-alert"),
    ],
)
def test_a_metric_is_found_by_its_name_and_dimension(
    metric: metrics.Metric, name: str, dimension: str, function: str
) -> None:
    assert metric == metrics.Metric(name, dimension, function)
    assert (metrics.NAMESPACE, metrics.RECORDS_BY_SOURCE) == ("Trailkeeper", "RecordsBySource")


def test_what_holds_when_nobody_says_otherwise() -> None:
    constants = {name: getattr(defaults, name) for name in dir(defaults) if name.isupper()}

    assert constants == {
        "PROFILE": "standard",
        "HOME_REGION": "us-east-1",
        "TRAIL_NAME": "trailkeeper",
        "OWN_INVOCATIONS": True,
        "KEEP_DELETED_DAYS": 30,
        "OBJECT_LOCK": "off",
        "OBJECT_LOCK_DAYS": 365,
        "RECONCILE_MINUTES": 5,
        "SWEEP_MINUTES": 30,
        "OTHER_TRAILS": "restart",
        "CONTAIN": "off",
        "LANGUAGE": "en",
        "TIME_ZONE": "UTC",
        "GROUPING_SECONDS": 60,
        "EC2_STATES": ("running", "stopped", "terminated"),
        "OWNER_TAG": "Owner",
        "AUTOSCALING": "summary",
        "BILLING_ALARM_USD": 200,
        "FORWARD_IAM_CALLS": True,
        "PROFILES": {
            "standard": {},
            "lean": {
                "kms": False,
                "alerts_key": False,
                "dashboard": False,
                "cis_alarms_off": ["trail-changes"],
            },
        },
    }


@pytest.mark.parametrize(
    ("arn", "parts"),
    [
        ("arn:aws:iam::111122223333:user/bot", ("111122223333", "user", "/", "bot")),
        ("arn:aws-cn:iam::111122223333:role/ci/x/A", ("111122223333", "role", "/ci/x/", "A")),
        ("arn:aws:iam::111122223333:group/ops", None),
        ("arn:aws:sts::111122223333:assumed-role/A/b", None),
        ("arn:aws:iam::111122223333:user/", None),
        ("arn:aws:iam::11112222333:user/bot", None),
    ],
)
def test_the_arn_of_a_user_or_role(arn: str, parts: tuple[str, str, str, str] | None) -> None:
    found = IamName.parse(arn)

    assert (found and (found.account, found.kind, found.path, found.name)) == parts
