"""The names that deployed accounts, dashboards and people's own scripts hold on to."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from trailkeeper.evidence import defaults, functions, metrics, names, queues, roles
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.iam_names import IamName, deny_all, everybody
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
    "ALERTS_KEY_ALIAS": "alias/trailkeeper-alerts",
    "GUARD_RULE": "trailkeeper-guard-calls",
    "HEAL_UNCALLED": "trailkeeper-heal-uncalled",
    "LAST_RESORT_TOPIC": "trailkeeper-last-resort",
    "LAYER": "trailkeeper-dependencies",
    "WATCHER_DEAD_QUEUE": "trailkeeper-watcher-dead",
    "WATCHER_FUNCTION": "trailkeeper-watcher",
    "WATCHER_RULE": "trailkeeper-watcher-calls",
    "GUARD_STACKS_RULE": "trailkeeper-guard-stacks",
    "WATCHER_STACKS_RULE": "trailkeeper-watcher-stacks",
    "WATCHER_STACK": "TrailkeeperWatcher",
    "WATCH_SCHEDULE": "trailkeeper-watch",
    "ACCESS_LOG_PREFIX": "log-bucket/",
    "ALERTS_KEY_ID": "AlertingAlertsKeyF63E7A37",
    "ALIVE_SCHEDULE": "trailkeeper-alive",
    "CHARGES_KEY_ID": "ChargesAlertsKey5E43E9C8",
    "GUARD_SCHEDULE": "trailkeeper-guard",
    "LAST_RESORT_ELSEWHERE_TOPIC": "trailkeeper-last-resort-elsewhere",
    "PAUSE_PARAMETER": "/trailkeeper/pause",
    "SATELLITE_RULE": "trailkeeper-satellite-calls",
    "SENT_HOME": "-sent-home",
    "WATCHER_TABLE": "trailkeeper-watcher-state",
    "WATCH_ALIVE_SCHEDULE": "trailkeeper-watch-alive",
    "WATCH_LOOK_SCHEDULE": "trailkeeper-watch-look",
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
    "watcher_role": "trailkeeper-watcher-cn-north-1",
    "watcher_role_arn": "arn:aws-cn:iam::111122223333:role/trailkeeper-watcher-cn-north-1",
    "schedule_role": "trailkeeper-schedule-cn-north-1",
    "schedule_role_arn": "arn:aws-cn:iam::111122223333:role/trailkeeper-schedule-cn-north-1",
    "watch_schedule_role": "trailkeeper-watch-cn-north-1",
    "watch_schedule_role_arn": "arn:aws-cn:iam::111122223333:role/trailkeeper-watch-cn-north-1",
    "last_resort_topic_arn": f"arn:aws-cn:sns:{HERE}:trailkeeper-last-resort",
    "role_arns": (
        "arn:aws-cn:iam::111122223333:role/trailkeeper-heal-cn-north-1",
        "arn:aws-cn:iam::111122223333:role/trailkeeper-alert-cn-north-1",
        "arn:aws-cn:iam::111122223333:role/trailkeeper-delivery-cn-north-1",
        "arn:aws-cn:iam::111122223333:role/trailkeeper-watcher-cn-north-1",
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
    "watcher_table_arn": f"arn:aws-cn:dynamodb:{HERE}:table/trailkeeper-watcher-state",
    "stack_arns": (
        f"arn:aws-cn:cloudformation:{HERE}:stack/TrailkeeperEvidence/*",
        f"arn:aws-cn:cloudformation:{HERE}:stack/TrailkeeperResponse/*",
        f"arn:aws-cn:cloudformation:{HERE}:stack/TrailkeeperWatcher/*",
    ),
}
ELSEWHERE = "cn-northwest-1:111122223333"


def constants(module: ModuleType) -> dict[str, Any]:
    return {name: value for name, value in vars(module).items() if name.isupper()}


def test_the_names_are_those_that_are_deployed() -> None:
    assert constants(names) == CONSTANTS


def test_what_follows_from_a_deployment() -> None:
    derived = [name for name, value in vars(Names).items() if isinstance(value, property)]

    assert {name: getattr(OURS, name) for name in derived} == DERIVED


def test_what_is_in_another_region() -> None:
    there = "cn-northwest-1"

    assert OURS.billing_topic_arn(there) == f"arn:aws-cn:sns:{ELSEWHERE}:trailkeeper-billing"
    assert OURS.billing_alarm_arn(there) == (
        f"arn:aws-cn:cloudwatch:{ELSEWHERE}:alarm:trailkeeper-billing"
    )
    assert OURS.last_resort_elsewhere_arn(there) == (
        f"arn:aws-cn:sns:{ELSEWHERE}:trailkeeper-last-resort-elsewhere"
    )
    assert OURS.in_region(there) == Names("aws-cn", there, "111122223333", "audit")


@pytest.mark.parametrize(
    ("metric", "name", "dimension", "function"),
    [
        (metrics.LOOK_SUCCEEDED, "LookSucceeded", "Function", "trailkeeper-heal"),
        (metrics.SWEEP_SUCCEEDED, "SweepSucceeded", "Function", "trailkeeper-heal"),
        (metrics.ALERT_TROUBLED, "AlertTroubled", "service", "trailkeeper-alert"),
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
    known = {
        "PROFILE": "standard",
        "HOME_REGION": "us-east-1",
        "TRAIL_NAME": "trailkeeper",
        "OWN_INVOCATIONS": True,
        "KEEP_DELETED_DAYS": 30,
        "OBJECT_LOCK": "off",
        "OBJECT_LOCK_DAYS": 365,
        "RECONCILE_MINUTES": 5,
        "SWEEP_MINUTES": 60,
        "WATCH_LOOK_MINUTES": 15,
        "WATCH_MINUTES": 240,
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
        "ALIVE_DAYS": 7,
        "PROFILES": {
            "standard": {},
            "lean": {
                "kms": False,
                "alerts_key": False,
                "dashboard": False,
                "watcher": False,
                "cis_alarms_off": ["trail-changes"],
            },
        },
    }

    assert constants(defaults) == known


@pytest.mark.parametrize(
    ("record", "arn", "handler", "seconds", "dead_letters", "reserved"),
    [
        (functions.HEAL, "trailkeeper-heal", "heal", 120, "trailkeeper-heal-dead", 200),
        (functions.ALERT, "trailkeeper-alert", "alert", 60, "trailkeeper-alerts-dead", 50),
        (
            functions.DELIVERIES,
            "trailkeeper-deliveries",
            "deliveries",
            120,
            "trailkeeper-deliveries-dead",
            0,
        ),
        (functions.WATCHER, "trailkeeper-watcher", "watcher", 120, "trailkeeper-watcher-dead", 50),
    ],
)
def test_a_function_as_it_is_deployed(
    record: functions.FunctionRecord,
    arn: str,
    handler: str,
    seconds: int,
    dead_letters: str,
    reserved: int,
) -> None:
    assert record.arn(OURS) == f"arn:aws-cn:lambda:{HERE}:function:{arn}"
    assert record.live_arn(OURS) == f"arn:aws-cn:lambda:{HERE}:function:{arn}:live"
    assert record.log_group == f"/aws/lambda/{arn}"
    assert record.role_arn(OURS) == f"arn:aws-cn:iam::111122223333:role/{arn}-cn-north-1"
    assert record.handler == f"lambdas.{handler}.handler.handler"
    assert (record.seconds, record.reserved) == (seconds, reserved)
    assert record.dead_letters_arn(OURS) == f"arn:aws-cn:sqs:{HERE}:{dead_letters}"


def test_what_all_functions_have() -> None:
    assert functions.MEMORY_MB == 512
    assert functions.RETRIES == 2
    assert functions.MAXIMUM_AGE_SECONDS == 21_600
    assert functions.LOG_RETENTION_DAYS == 365


def test_a_queue_as_it_is_deployed() -> None:
    plain: dict[str, object] = {
        "DelaySeconds": "0",
        "MaximumMessageSize": "262144",
        "MessageRetentionPeriod": "1209600",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
        "VisibilityTimeout": "30",
    }
    closed = {**plain, "RedriveAllowPolicy": {"redrivePermission": "denyAll"}}
    of_alerts = {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [f"arn:aws-cn:sqs:{HERE}:trailkeeper-alerts"],
    }
    dead = (queues.ALERTS_DEAD, queues.DELIVERIES_DEAD, queues.HEAL_DEAD, queues.WATCHER_DEAD)

    assert [each.attributes(OURS) for each in dead] == [
        {**plain, "RedriveAllowPolicy": of_alerts},
        *(closed, closed, closed),
    ]
    assert [each.name for each in dead] == [
        "trailkeeper-alerts-dead",
        "trailkeeper-deliveries-dead",
        "trailkeeper-heal-dead",
        "trailkeeper-watcher-dead",
    ]
    assert queues.ALERTS.name == "trailkeeper-alerts"
    assert queues.ALERTS.attributes(OURS) == {
        **closed,
        "VisibilityTimeout": "420",
        "RedrivePolicy": {
            "deadLetterTargetArn": f"arn:aws-cn:sqs:{HERE}:trailkeeper-alerts-dead",
            "maxReceiveCount": 6,
        },
    }


BASELINE = Baseline("aws-cn", "cn-north-1", "111122223333", "audit", None, 365, None, None)
ROLES = {
    "heal": (roles.HEAL, "lambda", False, ("trailkeeper-heal-watch-cn-north-1",)),
    "alert": (roles.ALERT, "lambda", True, ()),
    "deliveries": (roles.DELIVERIES, "lambda", False, ()),
    "watcher": (roles.WATCHER, "lambda", False, ()),
    "schedule": (roles.SCHEDULE, "scheduler", False, ()),
    "watch": (roles.WATCH_SCHEDULE, "scheduler", False, ()),
}


@pytest.mark.parametrize("short", ROLES)
def test_a_role_as_it_is_deployed(short: str) -> None:
    role, service, uses_key, attached = ROLES[short]
    account = "arn:aws-cn:iam::111122223333"
    condition = {
        "StringEquals": {
            "aws:SourceAccount": "111122223333",
            "aws:SourceArn": f"arn:aws-cn:scheduler:{HERE}:schedule-group/default",
        }
    }

    assert role.name(OURS) == f"trailkeeper-{short}-cn-north-1"
    assert role.arn(OURS) == f"{account}:role/trailkeeper-{short}-cn-north-1"
    assert role.boundary(OURS) == f"trailkeeper-{short}-boundary-cn-north-1"
    assert role.boundary_arn(OURS) == (f"{account}:policy/trailkeeper-{short}-boundary-cn-north-1")
    assert role.attached(OURS) == attached
    assert role.attached_arns(OURS) == tuple(f"{account}:policy/{each}" for each in attached)
    assert role.uses_key is uses_key
    assert role.trust(BASELINE) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": f"{service}.amazonaws.com"},
                "Action": "sts:AssumeRole",
                **({"Condition": condition} if service == "scheduler" else {}),
            }
        ],
    }


def test_policies_of_roles() -> None:
    assert (roles.NEEDS, roles.ALERTS_KEY_POLICY) == ("needs", "alerts-key")
    assert roles.every_policy(BASELINE) == (
        "arn:aws-cn:iam::111122223333:policy/trailkeeper-*-cn-north-1"
    )
    assert everybody(BASELINE) == (
        "arn:aws-cn:iam::111122223333:user/*",
        "arn:aws-cn:iam::111122223333:role/*",
    )
    assert deny_all("aws-cn") == "arn:aws-cn:iam::aws:policy/AWSDenyAll"


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
