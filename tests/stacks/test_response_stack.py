"""What the response stack promises: nothing is lost in silence, nobody may more than is needed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lambdas.core.alert_environ import AlertEnviron
from lambdas.core.catalogue import RULES, instance_state_rule
from lambdas.core.heal_environ import HealEnviron
from stacks.settings import SettingsError
from tests.stacks.conftest import EVERYTHING, MINIMUM, NOBODY, Synth, baseline
from tests.stacks.deployed import ACCOUNT, REGION, Deployed, allowed, statements

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

HEAL = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:trailkeeper-heal"
ALERT = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:trailkeeper-alert"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:trailkeeper-alerts"
HEAL_DEAD = f"arn:aws:sqs:{REGION}:{ACCOUNT}:trailkeeper-heal-dead"
ALERTS_DEAD = f"arn:aws:sqs:{REGION}:{ACCOUNT}:trailkeeper-alerts-dead"
PEOPLE = f"arn:aws:sns:{REGION}:{ACCOUNT}:trailkeeper-alerts"
READABLE = f"arn:aws:sns:{REGION}:{ACCOUNT}:trailkeeper-alarms"

ALERTS_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/AlertingAlertsKeyF63E7A37"

FUNCTIONS = "AWS::Lambda::Function"
RULE = "AWS::Events::Rule"
ALARMS = "AWS::CloudWatch::Alarm"
QUEUES = "AWS::SQS::Queue"
ROLES = "AWS::IAM::Role"
TOPICS = "AWS::SNS::Topic"


def test_what_keeps_state_has_these_logical_ids(response: Deployed) -> None:
    for id_, type_ in PINNED.items():
        assert response.resources[id_]["Type"] == type_


def test_there_is_no_custom_resource_and_no_function_but_ours(full_response: Deployed) -> None:
    assert not {each for each in full_response.types() if "Custom" in each}
    assert {each["FunctionName"] for each in full_response.all(FUNCTIONS).values()} == {
        "trailkeeper-heal",
        "trailkeeper-alert",
    }


class TestRules:
    def test_they_are_those_of_the_catalogue(self, response: Deployed) -> None:
        expected = [*RULES, instance_state_rule(("running", "stopped", "terminated"))]

        made = {own["Name"]: own for own in response.all(RULE).values()}

        assert made.keys() == {rule.name for rule in expected}
        for rule in expected:
            assert made[rule.name]["EventPattern"] == rule.pattern
            assert made[rule.name]["State"] == "ENABLED"
            (target,) = made[rule.name]["Targets"]
            assert target["Arn"] == (HEAL if rule.target == "heal" else QUEUE)

    def test_instance_states_are_the_settings(self, minimal_response: Deployed) -> None:
        rule = minimal_response.one(RULE, Name="trailkeeper-instance-states")

        assert rule["EventPattern"]["detail"] == {"state": ["terminated"]}

    def test_patterns_fit_into_eventbridge(self, response: Deployed) -> None:
        for own in response.all(RULE).values():
            assert len(json.dumps(own["EventPattern"])) <= 4096, own["Name"]

    def test_every_target_has_retry_limits_and_a_dead_letter_queue(
        self, response: Deployed
    ) -> None:
        for own in response.all(RULE).values():
            (target,) = own["Targets"]
            dead = HEAL_DEAD if target["Arn"] == HEAL else ALERTS_DEAD
            assert target["DeadLetterConfig"] == {"Arn": dead}
            assert 0 < target["RetryPolicy"]["MaximumRetryAttempts"] <= 185
            assert 60 <= target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 86400
            assert "RoleArn" not in target

    def test_each_rule_may_reach_its_target_and_its_dead_letters(self, response: Deployed) -> None:
        may_invoke = {
            own["SourceArn"]
            for own in response.all("AWS::Lambda::Permission").values()
            if own["FunctionName"] == HEAL and own["Principal"] == "events.amazonaws.com"
        }
        may_send = {
            (resource, each["Condition"]["ArnEquals"]["aws:SourceArn"])
            for each in allowed(_queue_policies(response))
            if each["Principal"] == {"Service": "events.amazonaws.com"}
            for resource in each["Resource"]
        }
        for own in response.all(RULE).values():
            arn = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{own['Name']}"
            (target,) = own["Targets"]
            assert (target["DeadLetterConfig"]["Arn"], arn) in may_send
            assert arn in may_invoke or (target["Arn"], arn) in may_send


class TestSchedule:
    def test_it_calls_the_heal_function_every_few_minutes(
        self, response: Deployed, full_response: Deployed
    ) -> None:
        own = response.one("AWS::Scheduler::Schedule")

        assert own["Name"] == "trailkeeper-reconcile"
        assert own["ScheduleExpression"] == "rate(5 minutes)"
        assert own["Target"]["Arn"] == HEAL
        assert own["Target"]["DeadLetterConfig"] == {"Arn": HEAL_DEAD}
        assert own["Target"]["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 300,
            "MaximumRetryAttempts": 5,
        }
        often = full_response.one("AWS::Scheduler::Schedule")
        assert often["ScheduleExpression"] == "rate(1 minute)"

    def test_its_role_can_only_call_it(self, response: Deployed) -> None:
        (role,) = (
            own
            for own in response.all(ROLES).values()
            if "scheduler.amazonaws.com" in str(own["AssumeRolePolicyDocument"])
        )
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        (policy,) = role["Policies"]

        assert trust["Condition"]["StringEquals"]["aws:SourceAccount"] == ACCOUNT
        assert [
            (each["Action"], each["Resource"]) for each in allowed([policy["PolicyDocument"]])
        ] == [(["lambda:InvokeFunction"], [HEAL]), (["sqs:SendMessage"], [HEAL_DEAD])]


class TestFunctions:
    def test_a_failed_invocation_is_kept(self, response: Deployed) -> None:
        for name, dead in (("trailkeeper-heal", HEAL_DEAD), ("trailkeeper-alert", ALERTS_DEAD)):
            config = response.one("AWS::Lambda::EventInvokeConfig", FunctionName=name)
            assert config["DestinationConfig"]["OnFailure"] == {"Destination": dead}
            assert config["MaximumRetryAttempts"] == 2
            assert config["MaximumEventAgeInSeconds"] == 21600

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
        assert environ.alerts_queue_url == _queue_url()
        assert environ.alert_emails == tuple(settings.get("alert_emails", ()))
        assert environ.contain == settings.get("contain", "off")
        assert environ.break_glass == tuple(settings.get("break_glass_principals", ()))

    def test_the_alert_function_gets_the_settings(self, full_response: Deployed) -> None:
        own = full_response.one(FUNCTIONS, FunctionName="trailkeeper-alert")

        environ = AlertEnviron.from_environ(own["Environment"]["Variables"])

        assert environ.topic_arn == PEOPLE
        assert environ.queue_url == _queue_url()
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
        assert mapping["FunctionName"] == "trailkeeper-alert"
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        window = mapping["MaximumBatchingWindowInSeconds"]
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"] + window
        assert queue["RedrivePolicy"]["deadLetterTargetArn"] == ALERTS_DEAD

    def test_alarms_reach_the_alert_function(self, response: Deployed) -> None:
        subscription = response.one("AWS::SNS::Subscription", Protocol="lambda")

        assert subscription["TopicArn"] == READABLE
        assert subscription["Endpoint"] == ALERT
        assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": ALERTS_DEAD}
        response.one(
            "AWS::Lambda::Permission",
            FunctionName=ALERT,
            Principal="sns.amazonaws.com",
            SourceArn=READABLE,
        )


class TestRights:
    # AWS knows no resource for these actions.
    WITHOUT_RESOURCE = frozenset(
        {
            "cloudtrail:DescribeTrails",
            "ec2:DescribeInstances",
            "iam:ListAccountAliases",
            "logs:DescribeLogGroups",
            "s3:ListAllMyBuckets",
        }
    )

    def test_no_role_has_a_managed_policy(self, full_response: Deployed) -> None:
        for own in full_response.all(ROLES).values():
            assert "ManagedPolicyArns" not in own
        assert "AWS::IAM::ManagedPolicy" not in full_response.types()

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


class TestTopics:
    def test_they_are_encrypted_and_take_tls_only(self, full_response: Deployed) -> None:
        names = set()
        for own in full_response.all(TOPICS).values():
            names.add(own["TopicName"])
            assert own["KmsMasterKeyId"] == ALERTS_KEY
        assert names == {"trailkeeper-alerts", "trailkeeper-alarms", "trailkeeper-chat"}
        policies = full_response.all("AWS::SNS::TopicPolicy").values()
        assert len(policies) == len(names)
        for own in policies:
            assert _denies_plain_http(own["PolicyDocument"])

    def test_only_our_alarms_may_publish_by_the_topics_policy(self, response: Deployed) -> None:
        documents = [
            own["PolicyDocument"] for own in response.all("AWS::SNS::TopicPolicy").values()
        ]

        publishers = allowed(documents)

        assert len(publishers) == 2
        for each in publishers:
            assert each["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
            assert each["Action"] == ["sns:Publish"]
            assert each["Condition"] == OUR_ALARMS

    def test_the_key_knows_only_the_publishers(self, full_response: Deployed) -> None:
        key = full_response.one("AWS::KMS::Key")
        own, alarms = allowed([key["KeyPolicy"]])

        assert key["EnableKeyRotation"] is True
        assert own["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert alarms["Condition"] == OUR_ALARMS

    def test_the_alert_function_may_use_the_key_for_publishing_alone(
        self, response: Deployed
    ) -> None:
        policy = response.one("AWS::IAM::Policy")

        (statement,) = allowed([policy["PolicyDocument"]])

        assert policy["Roles"] == [f"trailkeeper-alert-{REGION}"]
        assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
        assert statement["Resource"] == [ALERTS_KEY]
        assert statement["Condition"] == {"StringLike": {"kms:ViaService": f"sns.{REGION}.*"}}

    def test_people_are_subscribed(self, response: Deployed, full_response: Deployed) -> None:
        def emails(stack: Deployed) -> set[str]:
            return {
                own["Endpoint"]
                for own in stack.all("AWS::SNS::Subscription").values()
                if own["Protocol"] == "email" and own["TopicArn"] == PEOPLE
            }

        assert emails(response) == set()
        assert emails(full_response) == set(EVERYTHING["alert_emails"])

    def test_chat_can_do_nothing(self, response: Deployed, full_response: Deployed) -> None:
        chat = "AWS::Chatbot::SlackChannelConfiguration"
        own = full_response.one(chat)
        (role,) = (
            each
            for each in full_response.all(ROLES).values()
            if "chatbot.amazonaws.com" in str(each["AssumeRolePolicyDocument"])
        )

        assert chat not in response.types()
        assert "Policies" not in role
        assert own["GuardrailPolicies"] == ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"]
        assert own["SnsTopicArns"] == [f"arn:aws:sns:{REGION}:{ACCOUNT}:trailkeeper-chat"]


class TestQueues:
    def test_they_are_encrypted_and_take_tls_only(self, response: Deployed) -> None:
        queues = response.all(QUEUES).values()
        assert {own["QueueName"] for own in queues} == {
            "trailkeeper-alerts",
            "trailkeeper-alerts-dead",
            "trailkeeper-heal-dead",
        }
        for own in queues:
            assert own["SqsManagedSseEnabled"] is True
            assert own["MessageRetentionPeriod"] == 1_209_600
        for document in _queue_policies(response):
            assert _denies_plain_http(document)

    def test_services_may_send_only_for_our_resources(self, response: Deployed) -> None:
        for each in allowed(_queue_policies(response)):
            assert set(each["Action"]) <= {
                "sqs:SendMessage",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
            }
            ((_, condition),) = (
                pair
                for operator in ("ArnEquals", "ArnLike")
                for pair in each["Condition"].get(operator, {}).items()
            )
            assert condition.split(":")[4] == ACCOUNT


class TestAlarms:
    ABOUT_THE_ALERT_PATH = frozenset(
        {
            "trailkeeper-alert-dead-letters",
            "trailkeeper-alert-errors",
            "trailkeeper-alert-throttles",
            "trailkeeper-alerts-waiting",
            "trailkeeper-instance-calls-undelivered",
            "trailkeeper-instance-states-undelivered",
        }
    )

    def test_everything_that_can_fail_is_watched(self, response: Deployed) -> None:
        alarms = {own["AlarmName"] for own in response.all(ALARMS).values()}
        rules = {own["Name"] for own in response.all(RULE).values()}

        assert alarms == {
            "trailkeeper-heal-errors",
            "trailkeeper-heal-throttles",
            "trailkeeper-heal-dead-letters",
            "trailkeeper-reconcile-silent",
            *self.ABOUT_THE_ALERT_PATH,
            *(f"{rule}-undelivered" for rule in rules),
        }

    def test_each_tells_somebody_by_a_way_that_works(self, response: Deployed) -> None:
        for own in response.all(ALARMS).values():
            raw = own["AlarmName"] in self.ABOUT_THE_ALERT_PATH
            assert own["AlarmActions"] == [PEOPLE if raw else READABLE], own["AlarmName"]

    def test_names_are_those_that_the_policies_let_through(self, response: Deployed) -> None:
        assert all(
            own["AlarmName"].startswith("trailkeeper-") for own in response.all(ALARMS).values()
        )

    def test_one_dead_letter_is_enough(self, response: Deployed) -> None:
        for short, queue in (("heal", "trailkeeper-heal-dead"), ("alert", ALERTS_DEAD)):
            own = response.one(ALARMS, AlarmName=f"trailkeeper-{short}-dead-letters")
            assert own["MetricName"] == "ApproximateNumberOfMessagesVisible"
            assert own["Dimensions"] == [{"Name": "QueueName", "Value": queue.rpartition(":")[2]}]
            assert (own["Threshold"], own["ComparisonOperator"]) == (0, "GreaterThanThreshold")

    def test_silence_is_an_alarm(self, response: Deployed) -> None:
        own = response.one(ALARMS, AlarmName="trailkeeper-reconcile-silent")

        assert own["Namespace"] == "Trailkeeper"
        assert own["MetricName"] == "ReconcileSucceeded"
        assert own["Dimensions"] == [{"Name": "Function", "Value": "trailkeeper-heal"}]
        assert own["TreatMissingData"] == "breaching"
        assert (own["Period"], own["EvaluationPeriods"]) == (300, 3)
        assert (own["Threshold"], own["ComparisonOperator"]) == (1, "LessThanThreshold")
        assert own["OKActions"] == own["AlarmActions"]


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


OUR_ALARMS = {
    "StringEquals": {"aws:SourceAccount": ACCOUNT},
    "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:trailkeeper-*"},
}


def _outputs(stack: Deployed) -> dict[str, Any]:
    return dict(stack.template["Outputs"])


def _queue_url() -> str:
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/trailkeeper-alerts"


def _queue_policies(stack: Deployed) -> list[dict[str, Any]]:
    return [own["PolicyDocument"] for own in stack.all("AWS::SQS::QueuePolicy").values()]


def _denies_plain_http(document: dict[str, Any]) -> bool:
    return any(
        each["Effect"] == "Deny"
        and each["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        and each["Principal"] in ("*", {"AWS": "*"})
        for each in statements(document)
    )
