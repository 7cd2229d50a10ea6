"""How alerts reach people: topics, queues and alarms."""

from __future__ import annotations

import json
import re

import pytest

from tests.stacks.conftest import EVERYTHING
from tests.stacks.deployed import ACCOUNT, REGION, Deployed, allowed
from tests.stacks.responding import (
    ALARMS,
    ALERTS_DEAD,
    ALERTS_KEY,
    OUR_ALARMS,
    PEOPLE,
    QUEUES,
    READABLE,
    ROLES,
    TOPICS,
    denies_plain_http,
    queue_policies,
)


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
            assert denies_plain_http(own["PolicyDocument"])

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
        own, alarms, budgets = allowed([key["KeyPolicy"]])

        assert key["EnableKeyRotation"] is True
        assert own["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert alarms["Condition"] == {
            "StringEqualsIfExists": OUR_ALARMS["StringEquals"],
            "ArnLikeIfExists": OUR_ALARMS["ArnLike"],
        }
        assert budgets["Principal"] == {"Service": "budgets.amazonaws.com"}
        assert budgets["Condition"] == {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:budgets::{ACCOUNT}:*"},
        }

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
        for document in queue_policies(response):
            assert denies_plain_http(document)

    def test_services_may_send_only_for_our_resources(self, response: Deployed) -> None:
        for each in allowed(queue_policies(response)):
            assert each["Action"] == ["sqs:SendMessage"]
            sources = each["Condition"]["ArnEquals"]["aws:SourceArn"]
            for source in [sources] if isinstance(sources, str) else sources:
                assert source.split(":")[4] == ACCOUNT
                assert source.rpartition(":")[2].startswith(("rule/trailkeeper-", "trailkeeper-"))

    def test_policies_stay_below_what_sqs_allows(self, full_response: Deployed) -> None:
        """SQS developer guide, "Policy quotas"."""
        for document in queue_policies(full_response):
            said = document["Statement"]
            assert sum(len(keys) for each in said for keys in each["Condition"].values()) <= 10
            assert len(said) <= 20
            assert len(json.dumps(document)) <= 8_192


class TestAlarms:
    ABOUT_THE_ALERT_PATH = frozenset(
        {
            "trailkeeper-alert-dead-letters",
            "trailkeeper-alert-errors",
            "trailkeeper-alert-troubled",
            "trailkeeper-alerts-waiting",
        }
    )

    def test_everything_that_can_fail_is_watched_by_alarms_that_cost_nothing(
        self, response: Deployed
    ) -> None:
        alarms = {own["AlarmName"] for own in response.all(ALARMS).values()}

        assert alarms == {
            "trailkeeper-cis-trail-changes",
            "trailkeeper-heal-errors",
            "trailkeeper-heal-dead-letters",
            "trailkeeper-looks-silent",
            "trailkeeper-sweeps-silent",
            "trailkeeper-billing",
            *self.ABOUT_THE_ALERT_PATH,
        }
        assert len(alarms - {"trailkeeper-billing"}) <= 10

    def test_alarms_say_by_what_command_dead_letters_are_seen_to(self, response: Deployed) -> None:
        for short, command in (
            ("heal", "trailkeeper dead-letters"),
            ("alert", "trailkeeper alerts redrive"),
        ):
            own = response.one(ALARMS, AlarmName=f"trailkeeper-{short}-dead-letters")
            assert command in own["AlarmDescription"]

    @pytest.mark.parametrize("stack", ["response", "full_response"])
    def test_each_says_what_to_run_in_the_language_of_the_alerts(
        self, stack: str, request: pytest.FixtureRequest
    ) -> None:
        """For an alarm about the alert function the description is the whole mail.

        The alert function itself tells what is behind a control's alarm.
        """
        deployed: Deployed = request.getfixturevalue(stack)
        about_us = [
            own
            for own in deployed.all(ALARMS).values()
            if not own["AlarmName"].startswith(("trailkeeper-cis-", "trailkeeper-billing"))
        ]
        # What counts log files, which a setting turns on, has three.
        assert len(about_us) == (11 if stack == "full_response" else 8)
        for own in about_us:
            said = own["AlarmDescription"]
            assert re.search(r"(: |, )(trailkeeper [a-z]|npx cdk|aws logs tail /aws/lambda/)", said)
            assert bool(re.search("[가-힣]", said)) is (stack == "full_response")
            raw = own["AlarmName"] in self.ABOUT_THE_ALERT_PATH
            assert len(said) <= (1024 if raw else 158), own["AlarmName"]

    def test_each_is_compared_with_its_template_also_whether_it_is_muted(
        self, response: Deployed
    ) -> None:
        assert all(own["ActionsEnabled"] is True for own in response.all(ALARMS).values())

    def test_each_tells_somebody_by_a_way_that_works(self, response: Deployed) -> None:
        for own in response.all(ALARMS).values():
            raw = own["AlarmName"] in self.ABOUT_THE_ALERT_PATH
            assert own["AlarmActions"] == [PEOPLE if raw else READABLE], own["AlarmName"]

    def test_names_are_those_that_the_policies_let_through(self, response: Deployed) -> None:
        assert all(
            own["AlarmName"].startswith("trailkeeper-") for own in response.all(ALARMS).values()
        )

    def test_a_control_goes_off_at_one_call_and_costs_nothing_while_there_is_none(
        self, full_response: Deployed
    ) -> None:
        own = full_response.one(ALARMS, AlarmName="trailkeeper-cis-root-use")

        assert (own["Namespace"], own["MetricName"]) == ("Trailkeeper", "RootUse")
        assert (own["Statistic"], own["Period"], own["EvaluationPeriods"]) == ("Sum", 300, 1)
        assert (own["Threshold"], own["ComparisonOperator"]) == (0, "GreaterThanThreshold")
        assert own["TreatMissingData"] == "notBreaching"
        assert own["AlarmActions"] == [READABLE]
        assert "OKActions" not in own

    def test_each_control_can_be_turned_off(self, full_response: Deployed) -> None:
        names = {own["AlarmName"] for own in full_response.all(ALARMS).values()}

        assert len([name for name in names if name.startswith("trailkeeper-cis-")]) == 13
        assert not names & {"trailkeeper-cis-unauthorized-calls", "trailkeeper-cis-trail-changes"}

    def test_one_dead_letter_is_enough(self, response: Deployed) -> None:
        for short, queue in (("heal", "trailkeeper-heal-dead"), ("alert", ALERTS_DEAD)):
            own = response.one(ALARMS, AlarmName=f"trailkeeper-{short}-dead-letters")
            assert own["MetricName"] == "ApproximateNumberOfMessagesVisible"
            assert own["Dimensions"] == [{"Name": "QueueName", "Value": queue.rpartition(":")[2]}]
            assert (own["Threshold"], own["ComparisonOperator"]) == (0, "GreaterThanThreshold")

    @pytest.mark.parametrize(
        ("name", "metric", "seconds", "missing"),
        [
            (
                "looks",
                "LookSucceeded",
                300,
                3,
            ),  # An hour, in periods so short that no old data is found behind them.
            ("sweeps", "SweepSucceeded", 300, 24),
        ],
    )
    def test_silence_is_an_alarm(
        self, response: Deployed, name: str, metric: str, seconds: int, missing: int
    ) -> None:
        own = response.one(ALARMS, AlarmName=f"trailkeeper-{name}-silent")

        assert own["Namespace"] == "Trailkeeper"
        assert own["MetricName"] == metric
        assert own["Dimensions"] == [{"Name": "Function", "Value": "trailkeeper-heal"}]
        assert own["TreatMissingData"] == "breaching"
        assert (own["Period"], own["EvaluationPeriods"]) == (seconds, missing)
        assert (own["Threshold"], own["ComparisonOperator"]) == (1, "LessThanThreshold")
        assert own["OKActions"] == own["AlarmActions"]
