"""Both ends of every wire: what the stacks give is what the functions read, name by name."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest

from lambdas.alert.handler import handler as alert_handler
from lambdas.heal.handler import handler as heal_handler
from stacks.settings import Settings
from tests.stacks.conftest import EVERYTHING, Synth
from tests.stacks.deployed import ACCOUNT, EVIDENCE_KEY_ARN, REGION, Deployed
from tests.stacks.responding import FUNCTIONS, PEOPLE, QUEUE, queue_url
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron
from trailkeeper.evidence.names import EVIDENCE_STACK, RESPONSE_STACK

BREAK_GLASS = f"arn:aws:iam::{ACCOUNT}:role/break-glass"
DEFAULT_BASELINE: dict[str, Any] = {
    "partition": "aws",
    "region": REGION,
    "account": ACCOUNT,
    "trail_name": "trailkeeper",
    "evidence_key_arn": EVIDENCE_KEY_ARN,
    "log_retention_days": 365,
    "archive_after_days": 90,
    "expire_after_days": 2557,
    "keep_deleted_days": 30,
    "object_lock": "off",
    "object_lock_days": 365,
    "insight_types": (),
    "tags": (),
    "on_fallback_bucket": False,
    "controls": ("trail-changes",),
    "stream_to": None,
    "data_buckets": (),
    "data_functions": (),
    "own_invocations": True,
}
DEFAULT_HEAL: dict[str, Any] = {
    "baseline": DEFAULT_BASELINE,
    "alerts_queue_url": queue_url(),
    "other_trails": "restart",
    "contain": "off",
    "break_glass": (),
    "alert_emails": (),
    "reconcile_minutes": 5,
    "sweep_minutes": 60,
    "drills": True,
    "reserve_concurrency": True,
    "watcher": True,
    "watch_minutes": 240,
    "alive_days": 7,
    "last_resort_emails": (),
    "last_resort_region": None,
    "expected_actors": (),
    "forward_iam_calls": True,
    "billing_alarm_usd": 200.0,
    "monthly_budget_usd": None,
    "alerts_key": True,
    "count_deliveries": False,
}
DEFAULT_ALERT: dict[str, Any] = {
    "topic_arn": PEOPLE,
    "queue_url": queue_url(),
    "table": "trailkeeper-state",
    "heal_role": f"arn:aws:iam::{ACCOUNT}:role/trailkeeper-heal-{REGION}",
    "chat_topic_arn": None,
    "last_resort_topics": (),
    "slack_webhook": None,
    "home_region": REGION,
    "account_name": "",
    "language": "en",
    "time_zone": "UTC",
    "grouping_seconds": 60,
    "ec2_states": ("running", "stopped", "terminated"),
    "ec2_regions": (),
    "ec2_tags": {},
    "owner_tag": "Owner",
    "autoscaling": "summary",
    "deletion_alerts": True,
}
FULL_HEAL = DEFAULT_HEAL | {
    "baseline": DEFAULT_BASELINE
    | {
        "log_retention_days": 731,
        "archive_after_days": 30,
        "expire_after_days": 400,
        "keep_deleted_days": 60,
        "object_lock": "governance",
        "object_lock_days": 90,
        "insight_types": ("ApiErrorRateInsight", "ApiCallRateInsight"),
        "tags": (("team", "security"),),
        "stream_to": f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/siem",
        "data_buckets": ("*",),
        "data_functions": ("billing", "signup"),
        "own_invocations": False,
        "controls": (
            *("console-logins-without-mfa", "root-use", "iam-policy-changes"),
            *("failed-console-logins", "key-removals", "bucket-policy-changes", "config-changes"),
            *("security-group-changes", "network-acl-changes", "gateway-changes"),
            *("route-table-changes", "vpc-changes", "organization-changes"),
        ),
    },
    "reserve_concurrency": True,
    "watcher": True,
    "watch_minutes": 90,
    "alive_days": 30,
    "last_resort_emails": ("night@example.com",),
    "last_resort_region": "eu-west-1",
    "other_trails": "alert",
    "contain": "deny",
    "break_glass": (BREAK_GLASS,),
    "alert_emails": ("security@example.com", "on-call@example.com"),
    "reconcile_minutes": 1,
    "sweep_minutes": 45,
    "drills": False,
    "expected_actors": (
        {
            "calls": ("PutBucketPolicy", "log-group-changed"),
            "principal": "",
            "tags": {"pipeline": "evidence"},
            "until": "2099-12-31",
            "reason": "deploys",
        },
    ),
    "forward_iam_calls": False,
    "billing_alarm_usd": 49.5,
    "monthly_budget_usd": 500.0,
    "count_deliveries": True,
}
FULL_ALERT = DEFAULT_ALERT | {
    "chat_topic_arn": f"arn:aws:sns:{REGION}:{ACCOUNT}:trailkeeper-chat",
    "last_resort_topics": (
        f"arn:aws:sns:eu-west-1:{ACCOUNT}:trailkeeper-last-resort-elsewhere",
        f"arn:aws:sns:{REGION}:{ACCOUNT}:trailkeeper-last-resort",
    ),
    "slack_webhook": "secretsmanager:slack/webhook",
    "account_name": "prod",
    "language": "ko",
    "time_zone": "Asia/Seoul",
    "grouping_seconds": 120,
    "ec2_states": ("running", "stopped"),
    "ec2_regions": ("eu-west-1",),
    "ec2_tags": {"env": ("prod",)},
    "owner_tag": "Team",
    "autoscaling": "each",
    "deletion_alerts": False,
}
# Where it is, what only the stacks make of it, and what rights depend on (each switch is off in a
# test of its stack).
NOT_BY_DEFAULT = {
    *("home_region", "trail_name", "profile", "kms", "alerts_key"),
    *("saved_queries", "athena", "dashboard", "groups", "watcher", "reserve_concurrency"),
}


def variables(stack: Deployed, name: str) -> dict[str, str]:
    found: dict[str, str] = stack.one(FUNCTIONS, FunctionName=name)["Environment"]["Variables"]
    return found


@pytest.mark.parametrize(
    ("stack", "heal", "alert"),
    [("response", DEFAULT_HEAL, DEFAULT_ALERT), ("full_response", FULL_HEAL, FULL_ALERT)],
)
def test_each_function_reads_every_setting_as_it_was_given(
    stack: str, heal: dict[str, Any], alert: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    deployed: Deployed = request.getfixturevalue(stack)

    read_by_heal = HealEnviron.from_environ(variables(deployed, "trailkeeper-heal"))
    read_by_alert = AlertEnviron.from_environ(variables(deployed, "trailkeeper-alert"))

    assert asdict(read_by_heal) == heal
    assert asdict(read_by_alert) == alert


def test_every_setting_is_tried_with_another_value_than_its_default() -> None:
    default = Settings.from_context({})
    other = Settings.from_context({"trailkeeper": EVERYTHING})

    same = {
        each.name
        for each in fields(Settings)
        if getattr(default, each.name) == getattr(other, each.name)
    }
    assert same == NOT_BY_DEFAULT


def test_another_name_of_the_trail_and_no_reservations_reach_the_function(synth: Synth) -> None:
    given = {"trail_name": "other", "kms": False, "reserve_concurrency": False}
    stack = Deployed(synth(given), RESPONSE_STACK)

    read = HealEnviron.from_environ(variables(stack, "trailkeeper-heal"))

    assert read.baseline.trail_name == "other"
    assert read.baseline.evidence_key_arn is None
    assert not read.reserve_concurrency
    assert "lambda:PutFunctionConcurrency" not in json.dumps(stack.template)


def test_the_handlers_are_where_the_functions_look_for_them(response: Deployed) -> None:
    expected: dict[str, Callable[..., Any]] = {
        "trailkeeper-heal": heal_handler,
        "trailkeeper-alert": alert_handler,
    }
    for name, handler in expected.items():
        module, _, function = response.one(FUNCTIONS, FunctionName=name)["Handler"].rpartition(".")
        assert getattr(importlib.import_module(module), function) is handler


def test_what_the_schedules_send_is_each_its_own(response: Deployed) -> None:
    sent = [
        json.loads(schedule["Target"]["Input"])
        for schedule in response.all("AWS::Scheduler::Schedule").values()
    ]

    assert sorted(sent, key=lambda each: each["detail-type"]) == [
        {"source": "trailkeeper", "detail-type": "Scheduled Look", "detail": {}},
        {"source": "trailkeeper", "detail-type": "Scheduled Sign of Life", "detail": {}},
        {"source": "trailkeeper", "detail-type": "Scheduled Sweep", "detail": {}},
        {"source": "trailkeeper", "detail-type": "Scheduled Watch", "detail": {}},
    ]


class TestNames:
    """Each name stands in the template, in the rights of whoever uses it, and in its code."""

    def test_the_queue_of_alerts(self, response: Deployed) -> None:
        assert response.one("AWS::SQS::Queue", QueueName="trailkeeper-alerts")
        assert may(response, "heal", "sqs:SendMessage", QUEUE)
        assert may(response, "alert", "sqs:ReceiveMessage", QUEUE)

    def test_the_table(self, response: Deployed) -> None:
        from lambdas.heal.state import STATE_TABLE

        assert response.one("AWS::DynamoDB::Table")["TableName"] == STATE_TABLE
        table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/trailkeeper-state"
        assert may(response, "heal", "dynamodb:PutItem", table)
        assert may(response, "alert", "dynamodb:PutItem", table)

    def test_the_topic(self, response: Deployed) -> None:
        assert response.one("AWS::SNS::Topic", TopicName="trailkeeper-alerts")
        assert may(response, "alert", "sns:Publish", PEOPLE)
        assert may(response, "heal", "sns:ListSubscriptionsByTopic", PEOPLE)

    def test_the_parameter_with_the_key(self, evidence: Deployed, response: Deployed) -> None:
        name = evidence.one("AWS::SSM::Parameter")["Name"]

        looked_up = [each.get("Default") for each in response.template["Parameters"].values()]
        assert name == "/trailkeeper/evidence-key-arn"
        assert name in looked_up

    def test_the_metrics_that_alarms_watch_are_those_that_functions_count(
        self, response: Deployed
    ) -> None:
        ours = {
            (own["MetricName"], own["Dimensions"][0]["Name"], own["Dimensions"][0]["Value"])
            for own in response.all("AWS::CloudWatch::Alarm").values()
            if own["Namespace"] == "Trailkeeper" and "Dimensions" in own
        }

        assert ours == {
            ("LookSucceeded", "Function", "trailkeeper-heal"),
            ("SweepSucceeded", "Function", "trailkeeper-heal"),
            ("AlertTroubled", "service", "trailkeeper-alert"),
        }


@pytest.mark.parametrize("settings", ["nobody", "everything"])
def test_every_filter_of_a_control_has_an_alarm_on_just_its_metric(
    settings: str, assembly: Callable[[str], Path]
) -> None:
    evidence = Deployed(assembly(settings), EVIDENCE_STACK)
    response = Deployed(assembly(settings), RESPONSE_STACK)
    filters = {
        own["FilterName"]: (transformation["MetricNamespace"], transformation["MetricName"])
        for own in evidence.all("AWS::Logs::MetricFilter").values()
        for transformation in own["MetricTransformations"]
    }

    alarms = {
        own["AlarmName"].removeprefix("trailkeeper-cis-"): (own["Namespace"], own["MetricName"])
        for own in response.all("AWS::CloudWatch::Alarm").values()
        if "Dimensions" not in own
    }

    if settings == "everything":
        # Its alarm is turned off; the filter is always there.
        assert filters.pop("trail-changes") == ("Trailkeeper", "TrailChanges")
    assert alarms == filters
    assert len(filters) == {"nobody": 1, "everything": 13}[settings]


def may(stack: Deployed, short: str, action: str, resource: str) -> bool:
    role = stack.one("AWS::IAM::Role", RoleName=f"trailkeeper-{short}-{REGION}")
    statements = [each for own in role["Policies"] for each in own["PolicyDocument"]["Statement"]]
    return any(
        each["Effect"] == "Allow" and action in each["Action"] and resource in each["Resource"]
        for each in statements
    )


def test_the_package_holds_what_the_handlers_import(response: Deployed) -> None:
    root = Path(__file__).resolve().parents[2]
    for own in response.all(FUNCTIONS).values():
        module = own["Handler"].rpartition(".")[0]
        assert (root / f"{module.replace('.', '/')}.py").is_file()
