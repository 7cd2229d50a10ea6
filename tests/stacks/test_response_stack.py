"""What the response stack promises: its functions, their rights, and what it tells."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stacks.settings import SettingsError
from tests.stacks.conftest import EVERYTHING, MINIMUM, NOBODY, Synth, baseline
from tests.stacks.deployed import ACCOUNT, EVIDENCE_KEY_ARN, REGION, Deployed, allowed
from tests.stacks.responding import (
    ALERT,
    ALERTS_DEAD,
    FUNCTIONS,
    HEAL_DEAD,
    PEOPLE,
    QUEUE,
    QUEUES,
    READABLE,
    ROLES,
    queue_url,
)
from trailkeeper.environments.alert import AlertEnviron
from trailkeeper.environments.heal import HealEnviron

# Another logical id would make CloudFormation create the resource again, under a name that exists.
PINNED = {
    "StateTable962DE04C": "AWS::DynamoDB::Table",
    "InboxQueue96F60793": "AWS::SQS::Queue",
    "InboxDeadLettersFE4330BC": "AWS::SQS::Queue",
    "HealingDeadLettersE6346584": "AWS::SQS::Queue",
    "HealingFunctionLogs916B362E": "AWS::Logs::LogGroup",
    "AlertingFunctionLogsEF920819": "AWS::Logs::LogGroup",
    "AlertingAlertsKeyF63E7A37": "AWS::KMS::Key",
    "AlertingTopicsAlerts7BECE8E0": "AWS::SNS::Topic",
    "AlertingTopicsAlarms9CB74E59": "AWS::SNS::Topic",
}


def test_what_keeps_state_has_these_logical_ids(response: Deployed) -> None:
    for id_, type_ in PINNED.items():
        assert response.resources[id_]["Type"] == type_


def test_there_is_no_custom_resource_and_no_function_but_ours(full_response: Deployed) -> None:
    assert not {each for each in full_response.types() if "Custom" in each}
    assert {each["FunctionName"] for each in full_response.all(FUNCTIONS).values()} == {
        "trailkeeper-heal",
        "trailkeeper-alert",
        "trailkeeper-deliveries",
    }


def _version_of(versions: dict[str, Any], construct: str) -> str:
    (found,) = (id_ for id_ in versions if id_.startswith(construct))
    return found


class TestFunctions:
    def test_a_failed_invocation_is_kept(self, response: Deployed) -> None:
        for name, dead in (("trailkeeper-heal", HEAL_DEAD), ("trailkeeper-alert", ALERTS_DEAD)):
            config = response.one("AWS::Lambda::EventInvokeConfig", FunctionName=name)
            assert config["DestinationConfig"]["OnFailure"] == {"Destination": dead}
            assert config["MaximumRetryAttempts"] == 2
            assert config["MaximumEventAgeInSeconds"] == 21600

    def test_what_is_called_is_a_published_version_that_outlives_the_next(
        self, response: Deployed
    ) -> None:
        aliases = {
            own["FunctionName"]: (own["Name"], own["FunctionVersion"])
            for own in response.all("AWS::Lambda::Alias").values()
        }
        versions = {
            id_: each
            for id_, each in response.resources.items()
            if each["Type"] == "AWS::Lambda::Version"
        }

        assert aliases == {
            "trailkeeper-heal": ("live", f"<{_version_of(versions, 'Healing')}.Version>"),
            "trailkeeper-alert": ("live", f"<{_version_of(versions, 'Alerting')}.Version>"),
        }
        for each in versions.values():
            assert each["DeletionPolicy"] == "RetainExceptOnCreate"
            assert each["UpdateReplacePolicy"] == "Retain"

    def test_another_evidence_key_makes_another_version(self, response: Deployed) -> None:
        """The key's ARN is known to CloudFormation alone, which sees it in the version."""
        descriptions = {
            own["FunctionName"]: own.get("Description")
            for own in response.all("AWS::Lambda::Version").values()
        }

        assert descriptions == {"trailkeeper-heal": EVIDENCE_KEY_ARN, "trailkeeper-alert": None}

    @pytest.mark.parametrize(
        ("stack", "changed"),
        [
            ("response", set()),
            ("full_response", {"Healing", "Alerting", "Deliveries"}),
            ("minimal_response", {"Healing", "Alerting"}),
        ],
    )
    def test_a_version_is_published_when_settings_change_and_only_then(
        self, stack: str, changed: set[str], synth: Synth, request: pytest.FixtureRequest
    ) -> None:
        def versions(deployed: Deployed) -> set[str]:
            return {
                id_
                for id_, each in deployed.resources.items()
                if each["Type"] == "AWS::Lambda::Version"
            }

        before = versions(Deployed(synth(NOBODY), "TrailkeeperResponse"))
        after = versions(request.getfixturevalue(stack))

        assert {id_.partition("Function")[0] for id_ in after - before} == changed

    def test_logs_are_kept_for_a_year(self, response: Deployed) -> None:
        for own in response.all(FUNCTIONS).values():
            name = own["LoggingConfig"]["LogGroup"]
            assert name == f"/aws/lambda/{own['FunctionName']}"
            assert response.one("AWS::Logs::LogGroup", LogGroupName=name)["RetentionInDays"] == 365

    @pytest.mark.parametrize(
        ("stack", "settings"),
        [("response", NOBODY), ("full_response", EVERYTHING), ("minimal_response", MINIMUM)],
    )
    def test_the_heal_function_gets_the_baseline(
        self, stack: str, settings: dict[str, Any], request: pytest.FixtureRequest
    ) -> None:
        deployed: Deployed = request.getfixturevalue(stack)
        own = deployed.one(FUNCTIONS, FunctionName="trailkeeper-heal")

        environ = HealEnviron.from_environ(own["Environment"]["Variables"])

        assert environ.baseline == baseline(settings)
        assert environ.alerts_queue_url == queue_url()
        assert environ.alert_emails == tuple(settings.get("alert_emails", ()))
        assert environ.contain == settings.get("contain", "off")
        assert environ.break_glass == tuple(settings.get("break_glass_principals", ()))

    def test_the_alert_function_gets_the_settings(self, full_response: Deployed) -> None:
        own = full_response.one(FUNCTIONS, FunctionName="trailkeeper-alert")

        environ = AlertEnviron.from_environ(own["Environment"]["Variables"])

        assert environ.topic_arn == PEOPLE
        assert environ.queue_url == queue_url()
        assert environ.table == "trailkeeper-state"
        assert environ.slack_webhook == EVERYTHING["slack_webhook"]
        assert environ.chat_topic_arn == f"arn:aws:sns:{REGION}:{ACCOUNT}:trailkeeper-chat"

    def test_the_queue_feeds_the_alert_function_with_partial_failures(
        self, response: Deployed
    ) -> None:
        mapping = response.one("AWS::Lambda::EventSourceMapping")
        function = response.one(FUNCTIONS, FunctionName="trailkeeper-alert")
        queue = response.one(QUEUES, QueueName="trailkeeper-alerts")

        assert mapping["EventSourceArn"] == QUEUE
        assert mapping["FunctionName"] == ALERT
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        window = mapping["MaximumBatchingWindowInSeconds"]
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"] + window
        assert queue["RedrivePolicy"]["deadLetterTargetArn"] == ALERTS_DEAD

    def test_alarms_reach_the_queue_in_an_envelope(self, response: Deployed) -> None:
        subscription = response.one("AWS::SNS::Subscription", TopicArn=READABLE)

        assert (subscription["Protocol"], subscription["Endpoint"]) == ("sqs", QUEUE)
        assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": ALERTS_DEAD}
        assert "RawMessageDelivery" not in subscription

    def test_nobody_may_call_the_alert_function_by_its_own_policy(self, response: Deployed) -> None:
        called = {each["FunctionName"] for each in response.all("AWS::Lambda::Permission").values()}

        assert ALERT not in called
        assert called

    def test_a_version_that_hears_the_queue_alone_runs_once_it_is_subscribed(
        self, response: Deployed
    ) -> None:
        resources = response.template["Resources"]
        (alias,) = (
            own
            for own in resources.values()
            if own["Type"] == "AWS::Lambda::Alias" and "Alert" in json.dumps(own["Properties"])
        )
        (subscription,) = (
            name
            for name, own in resources.items()
            if own["Type"] == "AWS::SNS::Subscription" and own["Properties"]["Protocol"] == "sqs"
        )

        assert subscription in alias["DependsOn"]


class TestRights:
    # AWS knows no resource for these actions.
    WITHOUT_RESOURCE = frozenset(
        {
            "cloudtrail:DescribeTrails",
            "cloudtrail:LookupEvents",
            "ec2:DescribeInstances",
            "events:ListRules",
            "logs:DescribeAccountPolicies",
            "logs:DescribeLogGroups",
            "s3:ListAllMyBuckets",
            "sns:GetSubscriptionAttributes",
        }
    )

    def test_no_role_has_a_managed_policy_but_what_its_own_have_no_room_for(
        self, full_response: Deployed, minimal_response: Deployed
    ) -> None:
        over_watcher = [[f"trailkeeper-heal-{REGION}"]]
        for stack, attached in ((full_response, over_watcher), (minimal_response, [])):
            assert all("ManagedPolicyArns" not in own for own in stack.all(ROLES).values())
            found = [
                own["Roles"]
                for own in stack.all("AWS::IAM::ManagedPolicy").values()
                if own.get("Roles")
            ]
            assert found == attached

    def test_each_function_and_schedule_has_a_boundary_of_its_own(
        self, full_response: Deployed
    ) -> None:
        bounded = {
            own["RoleName"]: own["PermissionsBoundary"].rpartition("/")[2]
            for own in full_response.all(ROLES).values()
            if "PermissionsBoundary" in own
        }
        assert bounded == {
            f"trailkeeper-{name}-{REGION}": f"trailkeeper-{name}-boundary-{REGION}"
            for name in ("heal", "alert", "schedule", "deliveries")
        }

    def test_a_wildcard_stands_only_where_nothing_can_be_named(
        self, full_response: Deployed
    ) -> None:
        policies = [
            policy["PolicyDocument"]
            for own in full_response.all(ROLES).values()
            for policy in own.get("Policies", [])
        ]
        for each in allowed(policies):
            assert not any("*" in action for action in each["Action"]), each
            if "*" in each["Resource"]:
                assert set(each["Action"]) <= self.WITHOUT_RESOURCE

    def test_inline_policies_fit_into_a_role(self, full_response: Deployed) -> None:
        for own in full_response.all(ROLES).values():
            size = sum(
                len(json.dumps(policy["PolicyDocument"], separators=(",", ":")))
                for policy in own.get("Policies", [])
            )
            assert size <= 10_240, own.get("RoleName")

    def test_services_are_trusted_for_our_account_where_aws_supports_it(
        self, response: Deployed
    ) -> None:
        for own in response.all("AWS::Lambda::Permission").values():
            assert own["SourceArn"].split(":")[4] == ACCOUNT


def test_the_state_expires_by_itself(response: Deployed) -> None:
    table = response.one("AWS::DynamoDB::Table")

    assert table["TableName"] == "trailkeeper-state"
    assert table["KeySchema"] == [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "at", "KeyType": "RANGE"},
    ]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_without_kms_no_key_is_looked_up(response: Deployed, minimal_response: Deployed) -> None:
    def looked_up(stack: Deployed) -> list[str]:
        return [each["Default"] for each in stack.template["Parameters"].values()]

    assert "/trailkeeper/evidence-key-arn" in looked_up(response)
    assert "/trailkeeper/evidence-key-arn" not in looked_up(minimal_response)


def test_people_are_sent_to_the_page_of_the_subscriptions(response: Deployed) -> None:
    outputs = {name: response.resolve(each["Value"]) for name, each in _outputs(response).items()}

    assert outputs["AlertsTopicArn"] == PEOPLE
    assert outputs["SubscriptionsPage"] == (
        f"https://{REGION}.console.aws.amazon.com/sns/v3/home?region={REGION}#/topic/{PEOPLE}"
    )


def test_a_missing_address_is_said_at_synth(assembly: Callable[[str], Path]) -> None:
    def report(name: str) -> str:
        return (assembly(name) / "validation-report.json").read_text(encoding="utf-8")

    assert "nobody gets alerts by e-mail" in report("nobody")
    assert "nobody gets alerts by e-mail" not in report("everything")


def test_settings_that_no_function_can_hold_stop_the_synth(synth: Synth) -> None:
    tags = {f"tag-{number}": "x" * 250 for number in range(20)}

    with pytest.raises(SettingsError, match=r"trailkeeper-heal needs make .* Lambda allows 4,096"):
        synth({"tags": tags})


def _outputs(stack: Deployed) -> dict[str, Any]:
    return dict(stack.template["Outputs"])
