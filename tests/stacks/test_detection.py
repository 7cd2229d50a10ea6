"""What calls the heal function, and that no call is lost in silence."""

from __future__ import annotations

import json

from tests.stacks.deployed import ACCOUNT, REGION, Deployed, allowed
from tests.stacks.responding import ALERTS_DEAD, HEAL, HEAL_DEAD, QUEUE, ROLES, RULE, queue_policies
from trailkeeper.detections import guard_calls, stack_events
from trailkeeper.detections.catalogue import RULES, deletion_rule, instance_state_rule
from trailkeeper.evidence.names import Names

NAMES = Names("aws", REGION, ACCOUNT, "trailkeeper")


class TestRules:
    def test_they_are_those_of_the_catalogue(self, response: Deployed) -> None:
        buckets = [f"trailkeeper-{kind}-{ACCOUNT}-{REGION}" for kind in ("logs", "fallback")]
        expected = [
            *RULES,
            *guard_calls.rules("trailkeeper-guard-calls", RULES),
            stack_events.rule(
                "trailkeeper-guard-stacks", ("TrailkeeperWatcher", "TrailkeeperEvidence"), NAMES
            ),
            instance_state_rule(("running", "stopped", "terminated")),
            deletion_rule(buckets),
        ]

        made = {own["Name"]: own for own in response.all(RULE).values()}

        assert made.keys() == {rule.name for rule in expected}
        for rule in expected:
            assert made[rule.name]["EventPattern"] == rule.pattern
            assert made[rule.name]["State"] == "ENABLED"
            (target,) = made[rule.name]["Targets"]
            assert target["Arn"] == (HEAL if rule.target == "heal" else QUEUE)

    def test_insights_are_heard_of_where_they_are_paid_for(
        self, response: Deployed, full_response: Deployed
    ) -> None:
        rule = full_response.one(RULE, Name="trailkeeper-insights")

        assert rule["EventPattern"] == {
            "source": ["aws.cloudtrail"],
            "detail-type": ["AWS Insight via CloudTrail"],
        }
        assert [target["Arn"] for target in rule["Targets"]] == [QUEUE]
        assert "trailkeeper-insights" not in {own["Name"] for own in response.all(RULE).values()}

    def test_deletions_of_log_files_can_go_unheard(self, minimal_response: Deployed) -> None:
        names = {own["Name"] for own in minimal_response.all(RULE).values()}

        assert "trailkeeper-log-files-deleted" not in names

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
            (resource, source)
            for each in allowed(queue_policies(response))
            if each["Principal"] == {"Service": "events.amazonaws.com"}
            for resource in each["Resource"]
            for source in each["Condition"]["ArnEquals"]["aws:SourceArn"]
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
        own = response.one("AWS::Scheduler::Schedule", Name="trailkeeper-reconcile")
        sweep = response.one("AWS::Scheduler::Schedule", Name="trailkeeper-sweep")

        assert sweep["ScheduleExpression"] == "rate(60 minutes)"
        assert sweep["Target"] == {
            **own["Target"],
            "Input": sweep["Target"]["Input"],
            "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 5},
        }
        assert own["ScheduleExpression"] == "rate(5 minutes)"
        assert own["Target"]["Arn"] == HEAL
        assert own["Target"]["DeadLetterConfig"] == {"Arn": HEAL_DEAD}
        assert own["Target"]["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 300,
            "MaximumRetryAttempts": 5,
        }
        often = full_response.one("AWS::Scheduler::Schedule", Name="trailkeeper-reconcile")
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
